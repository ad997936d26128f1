import type { Digest } from '../../../domain/digest.ts';
import type { Outcome, Policy } from '../../../domain/match.ts';
import { outcomeAt } from '../outcome-of.ts';

/** What a decision needs of a match; `TextMatch` of the match stage has it. */
export interface DecidableText {
  readonly workId: string;
  readonly probability: number;
  readonly explanation: string;
  readonly reasons: readonly { readonly kind: string }[];
}

/** The answer to "is this text copied from something registered?". */
export interface TextVerdict<M extends DecidableText> {
  readonly outcome: Outcome;
  readonly policyVersion: string;
  readonly modelDigest: Digest;
  /** Best first; those at or above the review probability. */
  readonly matches: readonly M[];
  /** Found, but below it because of what does not count: told, not dropped. */
  readonly excluded: readonly M[];
  readonly explanation: string;
}

/** Fourth stage for texts: matches to a verdict under a policy. Pure; the same input gives the same verdict. */
export function decideText<M extends DecidableText>(
  matches: readonly M[],
  policy: Policy,
  modelDigest: Digest,
): TextVerdict<M> {
  const sorted = matches.toSorted((a, b) => b.probability - a.probability);
  const kept = sorted.filter((match) => match.probability >= policy.reviewProbability);
  const excluded = sorted.filter(
    (match) => !kept.includes(match) && match.reasons.some((reason) => reason.kind === 'excluded'),
  );
  const best = kept[0];
  const outcome = best ? outcomeAt(best.probability, policy) : 'distinct';
  return {
    outcome,
    policyVersion: policy.version,
    modelDigest,
    matches: kept,
    excluded,
    explanation: explain(outcome, kept, excluded),
  };
}

function explain(
  outcome: Outcome,
  kept: readonly DecidableText[],
  excluded: readonly DecidableText[],
): string {
  const best = kept[0];
  if (!best) {
    const only = excluded[0];
    return only
      ? `Nothing that counts is copied; excluded: ${only.workId}: ${only.explanation}`
      : 'Nothing registered is copied.';
  }
  const others = kept.length > 1 ? ` and ${kept.length - 1} more` : '';
  const lead = outcome === 'copy' ? 'This copies' : 'A person should compare this with';
  return `${lead} ${best.workId}${others}: ${best.explanation}`;
}
