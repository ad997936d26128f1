/** Which files are taken for cut off, and which only look like it. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { EarlyEnd } from '../../../server/domain/media.ts';
import { createNodeAvVideoDecoder } from '../../../server/media/video/node-av-video-decoder.ts';
import type { SamplingPlan } from '../../../server/pipeline/decode/video/index.ts';
import { joinFiles } from '../audio/join-files.ts';
import { makeTune, wavOf } from '../audio/sounds.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const decoder = createNodeAvVideoDecoder({ processes: 2 });
const SMALL = { width: 64, height: 36 };

before(() => Log.setLevel(AV_LOG_QUIET));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Ten seconds with a new scene every two. */
function film(name: string, options: Parameters<typeof writeClip>[1]): string {
  return writeClip(at(name), { ...SMALL, ...options }, (i, w, h) =>
    drawScene(Math.floor(i / 50), (i % 50) / 25, w, h),
  );
}

const PLAN: SamplingPlan = { perSecond: 1, cuts: true, keyFrameGapMs: 2_100 };

async function endOf(path: string, plan = PLAN): Promise<EarlyEnd | null | undefined> {
  let end: EarlyEnd | null | undefined;
  for await (const _ of decoder.sample({ path }, plan, undefined, (told) => {
    end = told;
  }));
  return end;
}

const KINDS = [
  ['an MP4 with its index in front', 'mp4', { movflags: '+faststart' }],
  ['a Matroska file', 'mkv', {}],
  ['an FLV', 'flv', {}],
] as const;
for (const [what, extension, container] of KINDS) {
  test(`${what}: whole, cut in half, and with its second half overwritten`, async () => {
    const path = film(`whole.${extension}`, { frames: 250, container });
    assert.equal(await endOf(path), null);
    const bytes = readFileSync(path);
    const half = bytes.length >> 1;
    writeFileSync(at(`half.${extension}`), bytes.subarray(0, half));
    writeFileSync(at(`zeros.${extension}`), Buffer.from(bytes).fill(0, half));
    for (const name of ['half', 'zeros']) {
      const end = await endOf(at(`${name}.${extension}`));
      assert.equal(end?.declaredMs, 10_000, `${name}: ${JSON.stringify(end)}`);
      assert.ok(end.reachedMs > 3_000 && end.reachedMs < 7_000, `${name}: ${end.reachedMs}`);
    }
    writeFileSync(at(`tail.${extension}`), bytes.subarray(0, Math.floor(bytes.length * 0.9)));
    assert.equal(await endOf(at(`tail.${extension}`)), null, 'less than two seconds are missing');
  });
}

test('two processes that share a film tell its end as one does', async () => {
  const bytes = readFileSync(film('shared.mp4', { frames: 250, container: { movflags: '+faststart' } }));
  writeFileSync(at('shared-half.mp4'), bytes.subarray(0, bytes.length >> 1));
  writeFileSync(at('shared-zeros.mp4'), bytes.fill(0, bytes.length >> 1));
  for (const name of ['shared-half.mp4', 'shared-zeros.mp4']) {
    const end = await endOf(at(name));
    assert.ok(end);
    assert.deepEqual(await endOf(at(name), { ...PLAN, partMs: 1_500 }), end);
  }
});

test('key frames far apart, of which the last group is not read to its end', async () => {
  assert.equal(await endOf(film('sparse.mp4', { frames: 250, gop: 250 })), null);
});

test('a film whose sound goes on longer is whole', async () => {
  writeFileSync(at('long.wav'), wavOf(makeTune(1, 20), 16_000, 1));
  film('short.mp4', { frames: 125 });
  assert.equal(await endOf(joinFiles([at('short.mp4'), at('long.wav')], at('longer.mkv'))), null);
});

test('a slide show is held on its last picture', async () => {
  const slides = (name: string) =>
    writeClip(
      at(name),
      { ...SMALL, frames: 6, gop: 1 },
      (i, w, h) => drawScene(i, 0, w, h),
      (i) => i * 8 * 25_000,
    );
  assert.equal(await endOf(slides('slides.mkv')), null);
  assert.equal(await endOf(slides('slides.mp4')), null);
});
