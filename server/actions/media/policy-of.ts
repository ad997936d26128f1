import type { Policy, Thresholds } from '../../domain/match.ts';
import type { CopyPolicy } from '../deps.ts';
import type { MediumPath } from './medium-path.ts';

/**
 * The thresholds as they hold for a medium: its own, or the operator's where those are set. Other thresholds are another
 * policy, so the version says so: verdicts must be able to tell under which they were made.
 */
export function policyOf({ policy }: Pick<MediumPath, 'policy'>, set: CopyPolicy): Policy {
  const { copyProbability, reviewProbability } = set;
  const changes = [
    copyProbability === null ? '' : `+copy=${copyProbability}`,
    reviewProbability === null ? '' : `+review=${reviewProbability}`,
  ];
  const changed = (own: Thresholds): Thresholds => ({
    copyProbability: copyProbability ?? own.copyProbability,
    reviewProbability: reviewProbability ?? own.reviewProbability,
  });
  return {
    version: policy.version + changes.join(''),
    ...changed(policy),
    ...(policy.sound ? { sound: changed(policy.sound) } : {}),
  };
}
