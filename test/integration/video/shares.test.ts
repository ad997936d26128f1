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
