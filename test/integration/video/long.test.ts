import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { defaultModel } from '../../../scripts/bench/default-model.ts';
import { createVideoSystem } from '../../../scripts/bench/video-system.ts';
import { openModel } from '../../../server/inference/open-model.ts';
import { decideVideo, VIDEO_CALIBRATION } from '../../../server/pipeline/decide/video/index.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
const FPS = 12;
const POLICY = { version: 'test', copyProbability: 0.9, reviewProbability: 0.5 };
after(() => rmSync(folder, { recursive: true, force: true }));

/** A film that changes its scene every six seconds. */
function film(seed: number, frame: number, w: number, h: number): Uint8Array {
  const timeS = frame / FPS;
  return drawScene(seed + Math.floor(timeS / 6), 0.35 * (timeS % 6), w, h);
}

test('of a long stretch only the two ends are read at full rate, and both are exact', async () => {
  Log.setLevel(AV_LOG_QUIET);
  const model = await openModel(await defaultModel());
  const size = { width: 128, height: 72, fps: FPS };
  const work = writeClip(join(folder, 'work.mp4'), { ...size, frames: 90 * FPS }, (i, w, h) =>
    film(100, i, w, h),
  );
  const query = writeClip(join(folder, 'query.mp4'), { ...size, frames: 65 * FPS }, (i, w, h) =>
    i >= 125 && i < 701 ? film(100, i + 75, w, h) : film(500, i, w, h),
  );
  try {
    const system = await createVideoSystem([{ id: 'work_a', file: work }], model.embedder);
    const claims = await system.match(await system.fingerprint(query, true), query);
    const [match, ...others] = decideVideo(claims, POLICY, VIDEO_CALIBRATION).matches;
    assert.equal(others.length, 0);
    const frames = (ms: number) => Math.round((ms * FPS) / 1000);
    const found = match!.segments.map((s) =>
      [s.query.startMs, s.query.endMs, s.work.startMs, s.work.endMs].map(frames),
    );
    assert.deepEqual(found, [[125, 701, 200, 776]]);
  } finally {
    await model.close();
  }
});
