import type { Digest } from '../../domain/digest.ts';
import type { Match, Policy, Verdict } from '../../domain/match.ts';

/**
 * Fourth stage: matches to a verdict under a policy. Pure; the same input gives the same verdict.
 * `copy` at or above `policy.copyProbability`, `review` at or above `policy.reviewProbability`.
 */
export function decide(matches: readonly Match[], policy: Policy, modelDigest: Digest): Verdict {
  const kept = matches
    .filter((match) => match.probability >= policy.reviewProbability)
    .toSorted((a, b) => b.probability - a.probability);
  const best = kept[0];
  const outcome = !best ? 'distinct' : best.probability >= policy.copyProbability ? 'copy' : 'review';
  return {
    outcome,
    policyVersion: policy.version,
    modelDigest,
    matches: kept,
    explanation: explain(outcome, kept, matches),
  };
}

function explain(outcome: Verdict['outcome'], matches: readonly Match[], all: readonly Match[]): string {
  const best = matches[0];
  if (!best) return explainNothing(all);
  const others = matches.length > 1 ? ` and ${matches.length - 1} more` : '';
  const why = best.reasons.map((reason) => reason.detail).join('; ');
  const lead = outcome === 'copy' ? 'This copies' : 'A person should compare this with';
  return `${lead} ${best.workId}${others}: ${why}.`;
}

/** What was found but does not count is told, not dropped. */
function explainNothing(matches: readonly Match[]): string {
  for (const { workId, reasons } of matches) {
    const excluded = reasons.find((reason) => reason.kind === 'excluded');
    if (excluded) return `Nothing that counts is copied; of ${workId}: ${excluded.detail}.`;
  }
  return 'Nothing registered is copied.';
}
