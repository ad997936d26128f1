import type { Policy } from '../../../domain/match.ts';
import type { VideoCalibration } from './calibration.ts';
import { segmentProbability } from './calibration.ts';
import type { SegmentClaim, VideoVerdict, WorkClaim } from './claims.ts';
import { explainVideo } from './explain-video.ts';

/**
 * Fourth stage for video: a probability for every segment, and a verdict under a policy. Segments below the review
 * probability are dropped. Pure; the same input gives the same verdict.
 */
export function decideVideo<S extends SegmentClaim>(
  claims: readonly WorkClaim<S>[],
  policy: Policy,
  calibration: VideoCalibration,
): VideoVerdict<S> {
  const matches = claims
    .flatMap(({ workId, segments }) => {
      const judged = segments
        .map((segment) => ({ ...segment, probability: segmentProbability(segment, calibration) }))
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
    explanation: explainVideo(outcome, matches),
  };
}
