import type { Digest } from '../../domain/digest.ts';
import type { Match, Policy, Verdict } from '../../domain/match.ts';
import { describeRegions } from '../../domain/region-segment.ts';
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

/** What is copied, where and how it was changed; then what that rests on. */
function explain(outcome: Verdict['outcome'], matches: readonly Match[], all: readonly Match[]): string {
  const best = matches[0];
  if (!best) return explainNothing(all);
  const others = matches.length > 1 ? ` and ${matches.length - 1} more` : '';
  const lead = outcome === 'copy' ? 'This copies' : 'A person should compare this with';
  const what = [...best.reasons.map((reason) => reason.detail), ...unnamedStretches(best)];
  const isPicture = best.medium === 'image' && best.reasons.every((reason) => reason.kind !== 'exact');
  if (isPicture) what.unshift(describeRegions(best, outcome === 'copy' ? 'shows' : 'seems to show'));
  return `${lead} ${best.workId}${others}: ${what.join('; ')}.`;
}

/** A film has a reason for its first stretches only. */
function unnamedStretches({ segments, reasons }: Match): string[] {
  const timed = reasons.filter((reason) => reason.kind === 'time').length;
  const more = timed === 0 ? 0 : segments.length - timed;
  return more > 0 ? [`and ${more} more ${more === 1 ? 'stretch' : 'stretches'}`] : [];
}

/** What was found but does not count is told, not dropped. */
function explainNothing(matches: readonly Match[]): string {
  for (const { workId, reasons } of matches) {
    const excluded = reasons.find((reason) => reason.kind === 'excluded');
    if (excluded) return `Nothing that counts is copied; of ${workId}: ${excluded.detail}.`;
  }
  return 'Nothing registered is copied.';
}
