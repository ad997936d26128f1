import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { defaultModel } from '../../../scripts/bench/default-model.ts';
import { createVideoSystem } from '../../../scripts/bench/video-system.ts';
import type { WriterOptions } from '../../../scripts/bench/video-writer.ts';
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

/** Matches a query of drawn frames against a work of 90 s; gives the frames of what is found. */
async function findIn(
  name: string,
  seconds: number,
  draw: (frame: number, width: number, height: number) => Uint8Array,
  { sampledAsS, ...encoder }: Partial<WriterOptions> & { readonly sampledAsS?: string } = {},
) {
  Log.setLevel(AV_LOG_QUIET);
  const model = await openModel(await defaultModel());
  const size = { width: 128, height: 72, fps: FPS };
  const work = writeClip(join(folder, `${name}-work.mp4`), { ...size, frames: 90 * FPS }, (i, w, h) =>
    film(100, i, w, h),
  );
  const query = writeClip(join(folder, `${name}.mp4`), { ...size, frames: seconds * FPS, ...encoder }, draw);
  const system = await createVideoSystem([{ id: 'work_a', file: work }], model.embedder, sampledAsS);
  try {
    const claims = await system.match(await system.fingerprint(query), query);
    const [match, ...others] = decideVideo(claims, POLICY, VIDEO_CALIBRATION).matches;
    assert.equal(others.length, 0);
    const frames = (ms: number) => Math.round((ms * FPS) / 1000);
    return match!.segments.map((s) =>
      [s.query.startMs, s.query.endMs, s.work.startMs, s.work.endMs].map(frames),
    );
  } finally {
    system.close();
    await model.close();
  }
}

test('of a long stretch only the two ends are read at full rate, and both are exact', async () => {
  const found = await findIn('one', 65, (i, w, h) =>
    i >= 125 && i < 701 ? film(100, i + 75, w, h) : film(500, i, w, h),
  );
  assert.deepEqual(found, [[125, 701, 200, 776]]);
});

test('two seconds of other film within a long stretch, and a short second copy of it, are found to the frame', async () => {
  const found = await findIn('more', 75, (i, w, h) => {
    const isOther = i >= 401 && i < 426;
    if (i >= 125 && i < 701 && !isOther) return film(100, i + 75, w, h);
    return i >= 785 && i < 850 ? film(100, i - 535, w, h) : film(500, i, w, h);
  });
  assert.deepEqual(found, [
    [125, 401, 200, 476],
    [426, 701, 501, 776],
    [785, 850, 250, 315],
  ]);
});

for (const [what, options] of [
  ['at every cut', { preset: 'veryfast' }],
  ['every ten seconds alone', { preset: 'veryfast', sc_threshold: '0' }],
] as const) {
  test(`in a long film with key frames ${what}, seen as a check sees it, a copy is found to the frame`, async () => {
    const found = await findIn(
      what.replaceAll(' ', '-'),
      65,
      (i, w, h) => (i >= 125 && i < 701 ? film(100, i + 75, w, h) : film(700, i, w, h)),
      { gop: 10 * FPS, options, sampledAsS: '600' },
    );
    assert.deepEqual(found, [[125, 701, 200, 776]]);
  });
}
