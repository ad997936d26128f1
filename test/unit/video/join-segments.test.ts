import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinSegments } from '../../../server/pipeline/match/video/join-segments.ts';
import type { VideoSegmentMatch } from '../../../server/pipeline/match/video/video-match.ts';

function segment(
  fromMs: number,
  toMs: number,
  workMs: number,
  likeness: number,
  speed = 1,
): VideoSegmentMatch {
  const box = { x: 0, y: 0, width: 1, height: 1 };
  return {
    query: { startMs: fromMs, endMs: toMs, box },
    work: { startMs: workMs, endMs: workMs + Math.abs(speed) * (toMs - fromMs), box },
    speed,
    mirrored: false,
    transform: null,
    isExact: true,
    evidence: { similarity: 0.8, support: 1, samples: 1, likeness, movement: 0.8, frames: 20, shown: 1 },
  };
}

const PATH = [0, 60_000].map((queryMs) => ({ queryMs, workMs: queryMs + 20_000, similarity: 0.8 }));
const timesOf = (segments: readonly VideoSegmentMatch[]) =>
  segments.map(({ query, work }) => [query.startMs, query.endMs, work.startMs, work.endMs]);

test('two ends of one path are joined, though a false run of another stands between them', () => {
  const joined = joinSegments(
    [
      segment(1_000, 6_000, 21_000, 0.95),
      segment(6_400, 8_000, 50_000, 0.8, -0.5),
      segment(8_000, 59_000, 28_040, 0.95),
    ],
    [PATH],
  );
  assert.deepEqual(timesOf(joined), [[1_000, 59_000, 21_000, 79_040]]);
});

test('two ends that a jump parts are not, at natural speed; at another one the line is not known as well', () => {
  const parts = (speed: number) => [
    segment(1_000, 6_000, 21_000, 0.95, speed),
    segment(50_000, 59_000, 21_000 + speed * 49_000 + 400, 0.95, speed),
  ];
  assert.equal(joinSegments(parts(1), [PATH]).length, 2);
  assert.equal(joinSegments(parts(0.8), [PATH]).length, 1);
});

test('across a stretch that was read and shows something else nothing is joined', () => {
  const parts = [
    segment(1_000, 4_000, 21_000, 0.95),
    segment(28_000, 30_000, 48_000, 0.95),
    segment(32_400, 34_000, 52_400, 0.95),
    segment(50_000, 59_000, 70_000, 0.95),
  ];
  assert.deepEqual(timesOf(joinSegments(parts, [PATH])), [[1_000, 59_000, 21_000, 79_000]]);
  assert.deepEqual(timesOf(joinSegments(parts, [PATH], [[30_000, 32_400]])), [
    [1_000, 30_000, 21_000, 50_000],
    [32_400, 59_000, 52_400, 79_000],
  ]);
});

test('a short run with a speed of its own goes on at natural speed, and begins where that says', () => {
  const joined = joinSegments(
    [
      segment(1_000, 4_500, 20_900, 0.95, 1.04),
      segment(6_500, 13_500, 26_500, 0.95),
      segment(50_000, 59_000, 70_000, 0.95),
    ],
    [PATH],
  );
  assert.deepEqual(timesOf(joined), [[1_000, 59_000, 21_000, 79_000]]);
  assert.equal(joined[0]!.speed, 1);
});
