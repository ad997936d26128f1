import type { CopyPolicy } from '../deps.ts';
import type { MediumPath } from './medium-path.ts';

/** The thresholds as they hold for a medium: the version says under which calibration its probabilities stand. */
export function policyOf(path: Pick<MediumPath, 'calibration'>, policy: CopyPolicy): CopyPolicy {
  return path.calibration === '' ? policy : { ...policy, version: `${policy.version}/${path.calibration}` };
}
