/** One film sampled by several processes: the same as by one. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { startProcess } from '../../../server/media/start-process.ts';
import { createNodeAvVideoDecoder } from '../../../server/media/video/node-av-video-decoder.ts';
import type { SamplingPlan } from '../../../server/pipeline/decode/video/index.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const PLAN: SamplingPlan = { perSecond: 1, cuts: true, keyFrameGapMs: 2_100, partMs: 7_000 };
const QUIET: SamplingPlan = { ...PLAN, quiet: { leastMs: 1_000, gapMs: 5_000 } };

before(() => Log.setLevel(AV_LOG_QUIET));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Forty seconds with groups of ten seconds, of two, between the seconds, where parts begin as well. */
function film(name: string, container = {}): string {
  const dense = Array.from({ length: 6 }, (_, i) => 505 + 45 * i);
  return writeClip(
    at(name),
    { width: 64, height: 36, frames: 1_000, gop: 250, keyFrames: [204, ...dense], container },
    (i, w, h) => drawScene(Math.floor(i / 130), i / 50, w, h),
  );
}

async function sample(path: string, plan: SamplingPlan, processes: number) {
  const started: ChildProcess[] = [];
  const start = (program: string) => {
    const child = startProcess(program);
    started.push(child);
    return child;
  };
  const decoder = createNodeAvVideoDecoder({ processes, start });
  const samples: string[] = [];
  let end: unknown;
  for await (const { timeMs, cause, raster } of decoder.sample({ path }, plan, undefined, (e) => (end = e)))
    samples.push(`${Math.round(timeMs)} ${cause} ${createHash('sha256').update(raster.data).digest('hex')}`);
  return { samples, end, processes: started.length };
}

test('two processes take the samples that one takes, bit for bit', async () => {
  for (const container of ['mp4', 'avi']) {
    const path = film(`film.${container}`);
    for (const plan of [PLAN, QUIET]) {
      const one = await sample(path, plan, 1);
      const two = await sample(path, plan, 2);
      assert.deepEqual([one.processes, two.processes], [1, 2]);
      assert.ok(one.samples.length >= 20, `${one.samples.length}`);
      assert.deepEqual(two.samples, one.samples);
      assert.deepEqual([one.end, two.end], [null, null]);
    }
  }
});

/** Two FLVs, one after the other: the header of the second stands once, where it begins. */
function joinFlvs(first: string, second: string, laterMs: number): Buffer {
  const tagsOf = (path: string) => {
    const bytes = readFileSync(path);
    const tags: Buffer[] = [];
    for (let at = 13; at < bytes.length; at += 15 + bytes.readUIntBE(at + 1, 3))
      tags.push(bytes.subarray(at, at + 15 + bytes.readUIntBE(at + 1, 3)));
    // Frames and headers of pictures; no facts about the file, no end of the stream.
    return tags.filter((tag) => tag[0] === 9 && tag[12] !== 2);
  };
  const later = tagsOf(second).map((tag) => {
    const ms = laterMs + tag.readUIntBE(4, 3);
    const moved = Buffer.from(tag);
    moved.writeUIntBE(ms & 0xffffff, 4, 3);
    moved[7] = ms >>> 24;
    return moved;
  });
  return Buffer.concat([readFileSync(first).subarray(0, 13), ...tagsOf(first), ...later]);
}

test('what the decoder must know of the second of two films is not lost with a part of the other process', async () => {
  const half = (name: string, seed: number, bFrames: string) =>
    writeClip(
      at(name),
      { frames: 500, gop: 50, width: 64, height: 36, options: { bf: bFrames } },
      (i, w, h) => drawScene(seed, i / 50, w, h),
    );
  const joined = joinFlvs(half('a.flv', 1, '0'), half('b.flv', 2, '2'), 20_000);
  writeFileSync(at('joined.flv'), joined);
  // A part of the first process ends, and one of the other begins, where the second film does.
  const plan = { ...PLAN, partMs: 4_000, keyFrameGapMs: 0 };
  const one = await sample(at('joined.flv'), plan, 1);
  assert.ok(one.samples.length >= 38, `${one.samples.length}`);
  assert.deepEqual((await sample(at('joined.flv'), plan, 2)).samples, one.samples);
});

test('a plan without parts keeps to one process', async () => {
  const { partMs: _, ...whole } = PLAN;
  assert.equal((await sample(film('whole.mp4'), whole, 2)).processes, 1);
});

test('a film of which nothing can be decoded, and one that is no film', async () => {
  const bytes = readFileSync(film('good.mp4', { movflags: '+faststart' }));
  writeFileSync(at('zeros.mp4'), bytes.fill(0, bytes.indexOf('mdat') + 4));
  await assert.rejects(sample(at('zeros.mp4'), PLAN, 2), { code: 'corrupt_media' });
  writeFileSync(at('text.mp4'), 'nothing');
  await assert.rejects(sample(at('text.mp4'), PLAN, 2), { code: 'unsupported_media' });
});

test('a reader that leaves ends both processes', async () => {
  const started: ChildProcess[] = [];
  const decoder = createNodeAvVideoDecoder({
    processes: 2,
    start: (program) => {
      started.push(startProcess(program));
      return started.at(-1)!;
    },
  });
  for await (const _ of decoder.sample({ path: film('left.mp4') }, PLAN)) break;
  assert.equal(started.length, 2);
  for (const child of started) if (child.signalCode === null) await once(child, 'exit');
  assert.deepEqual(
    started.map(({ signalCode }) => signalCode),
    ['SIGKILL', 'SIGKILL'],
  );
});
