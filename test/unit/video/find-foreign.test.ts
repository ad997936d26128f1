import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDoubtful, findGaps } from '../../../server/pipeline/match/video/find-foreign.ts';

const along = (...similarities: readonly number[]) =>
  similarities.map((similarity, i) => ({ timeMs: 1_000 * i, similarity }));

test('samples far below those around them are doubtful, up to the ones that speak for the copy', () => {
  assert.deepEqual(findDoubtful(along(0.9, 0.8, 0.1, 0.2, 0.9, 0.8, 0.9, 0.85)), [[1_000, 4_000]]);
  assert.deepEqual(findDoubtful(along(0.9, 0.1, 0.8, 0.9, 0.9, 0.1, 0.9)), [
    [0, 2_000],
    [4_000, 6_000],
  ]);
});

test('a copy that is weak all over is not doubtful, nor is what lies at an end', () => {
  assert.deepEqual(findDoubtful(along(0.4, 0.35, 0.42, 0.3, 0.38, 0.25, 0.4)), []);
  assert.deepEqual(findDoubtful(along(0.1, 0.9, 0.8, 0.9, 0.9, 0.1)), []);
  assert.deepEqual(findDoubtful([]), []);
});

const run = (fromMs: number, toMs: number, offsetMs = 20_000) => ({
  queryMs: [fromMs, toMs] as const,
  workMs: [fromMs + offsetMs, toMs + offsetMs] as const,
  speed: 1,
});

test('between two runs of the line of a segment lies other film; a flash, and a run of another line, do not count', () => {
  const segment = run(0, 60_000);
  const stretch = [30_000, 33_000] as const;
  assert.deepEqual(findGaps([run(28_000, 30_400), run(32_800, 35_000)], segment, stretch), [
    [30_400, 32_800],
  ]);
  const withOther = [run(28_000, 30_400), run(30_400, 32_800, 50_000), run(32_800, 35_000)];
  assert.deepEqual(findGaps(withOther, segment, stretch), [[30_400, 32_800]]);
  assert.deepEqual(findGaps([run(28_000, 31_000), run(31_120, 35_000)], segment, stretch), []);
  assert.deepEqual(findGaps([run(28_000, 35_000)], segment, stretch), []);
  assert.deepEqual(findGaps([run(28_000, 30_400), run(32_800, 35_000, 50_000)], segment, stretch), []);
});
