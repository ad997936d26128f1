import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinTracks } from '../../../server/actions/media/join-tracks.ts';
import type { Match, MatchSegment } from '../../../server/domain/match.ts';
import { sampleMatch } from '../../helpers/sample-match.ts';

function matchOf(id: string, track: 'picture' | 'sound', startMs: number, probability: number): Match {
  const stretch = {
    kind: 'time',
    startMs,
    endMs: startMs + 900,
    firstFrame: null,
    lastFrame: null,
    box: null,
  } as const;
  const segment = { query: stretch, work: stretch, track } as MatchSegment;
  return sampleMatch(id, probability, {
    medium: track === 'picture' ? 'video' : 'audio',
    reasons: [{ kind: 'time', track, agreeing: 5, samples: 6, detail: track }],
    segments: [segment],
  });
}

test('a work whose pictures and sound are copied is one match, in the order of the query', () => {
  const [match, ...others] = joinTracks(
    [matchOf('a', 'picture', 5000, 0.7)],
    [matchOf('a', 'sound', 1000, 0.95)],
  );
  assert.equal(others.length, 0);
  assert.deepEqual([match!.probability, match!.medium], [0.95, 'video']);
  assert.deepEqual(
    match!.segments.map(({ track }) => track),
    ['sound', 'picture'],
  );
  assert.deepEqual(
    match!.reasons.map(({ detail }) => detail),
    ['picture', 'sound'],
  );
});

test('what only one of the tracks finds stays, best first', () => {
  const joined = joinTracks([matchOf('a', 'picture', 0, 0.6)], [matchOf('b', 'sound', 0, 0.9)]);
  assert.deepEqual(
    joined.map(({ workId, medium }) => [workId, medium]),
    [
      ['work_b', 'video'],
      ['work_a', 'video'],
    ],
  );
});

test('the very same bytes say it all', () => {
  const picture = { ...matchOf('a', 'picture', 0, 1), reasons: [{ kind: 'exact', detail: 'same' }] as const };
  assert.deepEqual(joinTracks([picture], [matchOf('a', 'sound', 0, 0.9)]), [picture]);
});
