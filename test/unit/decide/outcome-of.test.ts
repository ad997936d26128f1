import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Match, MatchSegment, Policy } from '../../../server/domain/match.ts';
import { decide, outcomeOf } from '../../../server/pipeline/decide/index.ts';
import { sampleMatch } from '../../helpers/sample-match.ts';

const FILM: Policy = {
  version: 'video-1/audio-1',
  copyProbability: 0.98,
  reviewProbability: 0.5,
  sound: { copyProbability: 0.95, reviewProbability: 0.85 },
};

/** A match of a film with the best probabilities of its pictures and of its sound; 0 = nothing found there. */
function film(id: string, picture: number, sound: number): Match {
  const segment = (track: 'picture' | 'sound', probability: number) =>
    ({ track, probability }) as MatchSegment;
  return sampleMatch(id, Math.max(picture, sound), {
    medium: 'video',
    segments: [
      ...(picture > 0 ? [segment('picture', picture)] : []),
      ...(sound > 0 ? [segment('sound', sound)] : []),
    ],
  });
}

test('the sound of a film is judged by thresholds of its own', () => {
  assert.equal(outcomeOf(film('a', 0, 0.84), FILM), 'distinct');
  assert.equal(outcomeOf(film('a', 0, 0.85), FILM), 'review');
  assert.equal(outcomeOf(film('a', 0, 0.949), FILM), 'review');
  assert.equal(outcomeOf(film('a', 0, 0.95), FILM), 'copy');
});

test('its pictures by theirs, whatever the sound says', () => {
  assert.equal(outcomeOf(film('a', 0.49, 0), FILM), 'distinct');
  assert.equal(outcomeOf(film('a', 0.5, 0.3), FILM), 'review');
  assert.equal(outcomeOf(film('a', 0.97, 0.9), FILM), 'review');
  assert.equal(outcomeOf(film('a', 0.98, 0), FILM), 'copy');
  assert.equal(outcomeOf(film('a', 0.6, 0.96), FILM), 'copy');
});

test('a medium of one track is judged by the probability of the match', () => {
  const { sound: _, ...pictures } = FILM;
  assert.equal(outcomeOf({ ...film('a', 0, 0.6), segments: [] }, pictures), 'review');
  assert.equal(outcomeOf(film('a', 0, 0.84), { ...pictures, ...FILM.sound! }), 'distinct');
});

test('a copy comes before what is surer and yet only worth a look', () => {
  const verdict = decide([film('seen', 0.97, 0), film('heard', 0, 0.96)], FILM, `0x${'12'.repeat(32)}`);
  assert.equal(verdict.outcome, 'copy');
  assert.deepEqual(
    verdict.matches.map(({ workId }) => workId),
    ['work_heard', 'work_seen'],
  );
});
