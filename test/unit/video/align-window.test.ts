import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignWindow } from '../../../server/pipeline/match/video/align-window.ts';
import type { GrayFrames } from '../../../server/pipeline/match/video/track.ts';
import { drawBlobs } from './draw-blobs.ts';

const [WIDTH, HEIGHT] = [96, 54];
const FRAMES = 75;

/** Three seconds: two pictures over each other, the one moving to the left by some pixels a frame, with noise. */
function clip(seeds: readonly [number, number], share: number, pixelsAFrame: number): GrayFrames {
  const [moving, still] = seeds.map((seed) => drawBlobs(seed, WIDTH + 120, HEIGHT));
  let state = seeds[0] + 100 * seeds[1];
  const noise = () => {
    state = (state * 48_271) % 2_147_483_647;
    return (6 * state) / 2_147_483_647;
  };
  const frames = Array.from({ length: FRAMES }, (_, k) => {
    const data = new Uint8Array(WIDTH * HEIGHT);
    for (let i = 0; i < data.length; i++) {
      const row = Math.floor(i / WIDTH) * (WIDTH + 120) + (i % WIDTH);
      const seen = share * moving!.data[row + Math.round(pixelsAFrame * k)]!;
      data[i] = seen + (1 - share) * still!.data[row]! + noise();
    }
    return { timeMs: 40 * k, data };
  });
  return { width: WIDTH, height: HEIGHT, frames };
}

const PATH = [[0, 1000, 2000].map((timeMs) => ({ queryMs: timeMs, workMs: timeMs, similarity: 0.6 }))];

test('still pictures that are somewhat alike are no copy: any line through them is as good', () => {
  assert.deepEqual(alignWindow(clip([5, 6], 0.42, 0), clip([5, 7], 0.9, 0), PATH), []);
});

test('pictures that are as little alike are one where what moves is the same', () => {
  const [run, ...more] = alignWindow(clip([5, 6], 0.42, 1.5), clip([5, 7], 0.9, 1.5), PATH);
  assert.ok(run && more.length === 0);
  assert.ok(Math.abs(run.workMs[0] - run.queryMs[0]) <= 40 && run.queryMs[1] - run.queryMs[0] > 2_000);
});

test('a still picture is a copy where it is the very same', () => {
  const [run] = alignWindow(clip([5, 6], 1, 0), clip([5, 7], 1, 0), PATH);
  assert.ok(run && run.likeness > 0.9);
});
