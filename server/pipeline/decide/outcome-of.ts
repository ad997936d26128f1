import type { Match, Outcome, Policy, Thresholds } from '../../domain/match.ts';

/** What a match is worth by itself: the better of what its pictures (or words) and its sound say, each by its thresholds. */
export function outcomeOf(match: Pick<Match, 'probability' | 'segments'>, policy: Policy): Outcome {
  if (!policy.sound) return outcomeAt(match.probability, policy);
  const best = (isWanted: (track: string) => boolean) =>
    match.segments.reduce(
      (most, { track, probability }) => (isWanted(track) ? Math.max(most, probability) : most),
      0,
    );
  const seen = match.segments.length === 0 ? match.probability : best((track) => track !== 'sound');
  const outcomes = [
    outcomeAt(seen, policy),
    outcomeAt(
      best((track) => track === 'sound'),
      policy.sound,
    ),
  ];
  return outcomes.includes('copy') ? 'copy' : outcomes.includes('review') ? 'review' : 'distinct';
}

/** `copy` at or above the copy probability, `review` at or above the review probability. */
export function outcomeAt(probability: number, { copyProbability, reviewProbability }: Thresholds): Outcome {
  return probability >= copyProbability ? 'copy' : probability >= reviewProbability ? 'review' : 'distinct';
}
