import type { Digest } from '../../domain/digest.ts';
import type { Match, Policy, Verdict } from '../../domain/match.ts';
import { outcomeOf } from './outcome-of.ts';

/**
 * Fourth stage: matches to a verdict under a policy. Pure; the same input gives the same verdict. Copies come first, the
 * surest before others.
 */
export function decide(matches: readonly Match[], policy: Policy, modelDigest: Digest): Verdict {
  const judged = matches.map((match) => ({ match, outcome: outcomeOf(match, policy) }));
  const isCopy = ({ outcome }: { readonly outcome: Verdict['outcome'] }) => Number(outcome === 'copy');
  const sorted = judged
    .filter(({ outcome }) => outcome !== 'distinct')
    .toSorted((a, b) => isCopy(b) - isCopy(a) || b.match.probability - a.match.probability);
  const outcome = sorted[0]?.outcome ?? 'distinct';
  const kept = sorted.map(({ match }) => match);
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
