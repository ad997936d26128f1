import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { defaultModel } from '../../../scripts/bench/default-model.ts';
import type { VideoSystem } from '../../../scripts/bench/video-system.ts';
import { createVideoSystem } from '../../../scripts/bench/video-system.ts';
import type { Model } from '../../../server/inference/open-model.ts';
import { openModel } from '../../../server/inference/open-model.ts';
import { decideVideo, VIDEO_CALIBRATION } from '../../../server/pipeline/decide/video/index.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const POLICY = { version: 'test', copyProbability: 0.9, reviewProbability: 0.5 };
let model: Model;
let system: VideoSystem;

/** Scene 1 is work_a, scene 2 work_b, the others are nobody's. */
const scene = (seed: number) => (frame: number, w: number, h: number) => drawScene(seed, frame / 25, w, h);

before(async () => {
  Log.setLevel(AV_LOG_QUIET);
  model = await openModel(await defaultModel());
  const references = [1, 2].map((seed) => ({
    id: seed === 1 ? 'work_a' : 'work_b',
    file: writeClip(at(`reference-${seed}.mp4`), { frames: 200 }, scene(seed)),
  }));
  system = await createVideoSystem(references, model.embedder);
});
after(async () => {
  system.close();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

async function check(file: string) {
  const claims = await system.match(await system.fingerprint(file), file);
  const { matches } = decideVideo(claims, POLICY, VIDEO_CALIBRATION);
  return matches.flatMap(({ workId, segments }) =>
    segments.map(({ query, work, speed, mirrored }) => ({
      work: workId as string,
      frames: [query.startMs, query.endMs, work.startMs, work.endMs].map((ms) => Math.round(ms / 40)),
      speed,
      mirrored,
    })),
  );
}

test('a stretch spliced into a strange video is found to the frame', async () => {
  const file = writeClip(at('splice.mp4'), { frames: 150 }, (i, w, h) =>
    i >= 41 && i < 108 ? scene(1)(i + 60, w, h) : scene(9)(i, w, h),
  );
  assert.deepEqual(await check(file), [
    { work: 'work_a', frames: [41, 108, 101, 168], speed: 1, mirrored: false },
  ]);
});

test('two works, one mirrored and one backwards', async () => {
  const file = writeClip(at('two.mp4'), { frames: 140 }, (i, w, h) => {
    if (i >= 70) return scene(2)(190 - i, w, h);
    const data = scene(1)(i + 20, w, h);
    const out = new Uint8Array(data.length);
    for (let p = 0; p < w * h; p++) {
      const from = 3 * (p - (p % w) + (w - 1 - (p % w)));
      out.set(data.subarray(from, from + 3), 3 * p);
    }
    return out;
  });
  const found = (await check(file)).toSorted((a, b) => a.frames[0]! - b.frames[0]!);
  assert.deepEqual(found, [
    { work: 'work_a', frames: [0, 70, 20, 90], speed: 1, mirrored: true },
    { work: 'work_b', frames: [70, 140, 51, 121], speed: -1, mirrored: false },
  ]);
});

test('a strange video matches nothing', async () => {
  assert.deepEqual(await check(writeClip(at('strange.mp4'), { frames: 100 }, scene(8))), []);
});
