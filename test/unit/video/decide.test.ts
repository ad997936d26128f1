import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { SegmentClaim } from '../../../server/pipeline/decide/video/index.ts';
import {
  decideVideo,
  segmentProbability,
  VIDEO_CALIBRATION,
} from '../../../server/pipeline/decide/video/index.ts';

const POLICY = { version: 'test', copyProbability: 0.9, reviewProbability: 0.5 };
const WORK = 'work_a' as WorkId;

function claim(likeness: number | null, similarity: number, extra: Partial<SegmentClaim> = {}): SegmentClaim {
  return {
    query: { startMs: 2_160, endMs: 5_720 },
    work: { startMs: 61_160, endMs: 64_720 },
    speed: 1,
    mirrored: false,
    isExact: likeness !== null,
    evidence: { likeness, similarity, support: 8, samples: 8, frames: 89, shown: 1 },
    ...extra,
  };
}

test('likeness of the frames raises the probability, alone and together', () => {
  const at = (likeness: number, similarity: number) =>
    segmentProbability(claim(likeness, similarity), VIDEO_CALIBRATION);
  assert.ok(at(0.95, 0.8) > 0.95);
  assert.ok(at(0.95, 0.8) > at(0.6, 0.8) && at(0.6, 0.8) > at(0.6, 0.4));
  const stray = claim(0.35, 0.32, { query: { startMs: 0, endMs: 500 }, speed: -0.5 });
  assert.ok(segmentProbability(stray, VIDEO_CALIBRATION) < 0.5);
});

test('a verdict names both stretches and what was changed', () => {
  const segments = [claim(0.95, 0.9, { mirrored: true, speed: -0.75 })];
  const verdict = decideVideo([{ workId: WORK, segments }], POLICY, VIDEO_CALIBRATION);
  assert.equal(verdict.matches.length, 1);
  assert.match(
    verdict.explanation,
    /work_a: 0:02\.160–0:05\.720 shows 1:01\.160–1:04\.720, mirrored, backwards, at 0\.75 times/,
  );
});

test('unlikely segments and works without any are dropped', () => {
  const weak = claim(0.31, 0.2, { query: { startMs: 0, endMs: 400 } });
  const other = 'work_b' as WorkId;
  const claims = [
    { workId: other, segments: [weak] },
    { workId: WORK, segments: [claim(0.95, 0.9), weak] },
  ];
  const verdict = decideVideo(claims, POLICY, VIDEO_CALIBRATION);
  assert.deepEqual(
    verdict.matches.map(({ workId, segments }) => [workId, segments.length]),
    [[WORK, 1]],
  );
  assert.equal(verdict.outcome, 'copy');
  const nothing = decideVideo([{ workId: other, segments: [weak] }], POLICY, VIDEO_CALIBRATION);
  assert.deepEqual([nothing.outcome, nothing.explanation], ['distinct', 'Nothing registered is copied.']);
});

test('without frames the stretch is said to be approximate', () => {
  const verdict = decideVideo([{ workId: WORK, segments: [claim(null, 0.95)] }], POLICY, VIDEO_CALIBRATION);
  assert.match(verdict.explanation, /to about a second/);
});
