import type { Policy } from '../../../domain/match.ts';
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
  const matches = claims
    .flatMap(({ workId, segments }) => {
      const judged = segments
        .map((segment) => ({ ...segment, probability: soundProbability(segment, calibration) }))
        .filter(({ probability }) => probability >= policy.reviewProbability);
      if (judged.length === 0) return [];
      return [{ workId, probability: Math.max(...judged.map((s) => s.probability)), segments: judged }];
    })
    .toSorted((a, b) => b.probability - a.probability);
  const best = matches[0];
  const outcome = !best ? 'distinct' : best.probability >= policy.copyProbability ? 'copy' : 'review';
  return {
    outcome,
    policyVersion: policy.version,
    calibrationVersion: calibration.version,
    matches,
    explanation: explainAudio(outcome, matches),
  };
}
