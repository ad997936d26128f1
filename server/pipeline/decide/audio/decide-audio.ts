import type { Policy } from '../../../domain/match.ts';
import { judgeWorks } from '../judge-works.ts';
import type { AudioCalibration } from './calibration.ts';
import { soundProbability } from './calibration.ts';
import type { AudioVerdict, SoundClaim, SoundWorkClaim } from './claims.ts';
import { explainAudio } from './explain-audio.ts';

/**
 * Fourth stage for audio: a probability for every segment, and a verdict under a policy. Segments below the review
 * probability are dropped. Pure; the same input gives the same verdict.
 */
export function decideAudio<S extends SoundClaim>(
  claims: readonly SoundWorkClaim<S>[],
  policy: Policy,
  calibration: AudioCalibration,
): AudioVerdict<S> {
  const { outcome, matches } = judgeWorks(claims, policy, (segment) =>
    soundProbability(segment, calibration),
  );
  return {
    outcome,
    policyVersion: policy.version,
    calibrationVersion: calibration.version,
    matches,
    explanation: explainAudio(outcome, matches),
  };
}
