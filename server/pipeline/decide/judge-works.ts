import type { WorkId } from '../../domain/ids.ts';
import type { Outcome, Policy } from '../../domain/match.ts';
import { outcomeAt } from './outcome-of.ts';

/** A work with the segments that it is claimed for. */
export interface ClaimedWork<S> {
  readonly workId: WorkId;
  readonly segments: readonly S[];
}

/** A work that is copied, or may be: its segments with the probability that each is a copy. */
export interface LikelyWork<S> {
  readonly workId: WorkId;
  /** That of the best segment. */
  readonly probability: number;
  readonly segments: readonly (S & { readonly probability: number })[];
}

/**
 * Gives every segment its probability, drops those below the review probability and works without any left, and judges
 * by the best. Works come best first.
 */
export function judgeWorks<S>(
  claims: readonly ClaimedWork<S>[],
  policy: Policy,
  probabilityOf: (segment: S) => number,
): { readonly outcome: Outcome; readonly matches: readonly LikelyWork<S>[] } {
  const matches = claims
    .flatMap(({ workId, segments }) => {
      const judged = segments
        .map((segment) => ({ ...segment, probability: probabilityOf(segment) }))
        .filter(({ probability }) => probability >= policy.reviewProbability);
      if (judged.length === 0) return [];
      return [{ workId, probability: Math.max(...judged.map((s) => s.probability)), segments: judged }];
    })
    .toSorted((a, b) => b.probability - a.probability);
  const best = matches[0];
  return { outcome: best ? outcomeAt(best.probability, policy) : 'distinct', matches };
}
