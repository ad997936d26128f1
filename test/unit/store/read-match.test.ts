import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVerdict } from '../../../server/store/read-match.ts';

const workBox = { x: 0.2, y: 0.3, width: 0.5, height: 0.5 };
const OLD_MATCH = {
  workId: 'work_1',
  similarity: 0.9,
  probability: 0.98,
  querySegment: 0,
  workSegment: 2,
  queryBox: { x: 0, y: 0, width: 1, height: 1 },
  workBox,
  transform: null,
  mirrored: true,
  reasons: [{ kind: 'exact', detail: 'the same' }],
};

test('a verdict kept before there were other media than pictures is told with medium and region', () => {
  const stored = {
    outcome: 'copy',
    policyVersion: '1',
    modelDigest: '0x12',
    matches: [OLD_MATCH],
    explanation: 'x',
  };
  const match = readVerdict(stored)!.matches[0]!;
  assert.equal(match.medium, 'image');
  assert.equal(match.segments.length, 1);
  const [segment] = match.segments;
  assert.deepEqual(segment!.work, { kind: 'region', box: workBox });
  assert.deepEqual([segment!.track, segment!.mirrored, segment!.isExact], ['picture', true, false]);
});

test('what has segments keeps them, and no verdict stays none', () => {
  const match = { ...OLD_MATCH, medium: 'text', segments: [] };
  const verdict = readVerdict({ outcome: 'copy', matches: [match] });
  assert.deepEqual(verdict!.matches, [match]);
  assert.equal(readVerdict(null), null);
});
