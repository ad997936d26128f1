import type { Policy } from '../../../domain/match.ts';
import { judgeWorks } from '../judge-works.ts';
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
  const { outcome, matches } = judgeWorks(claims, policy, (segment) =>
    segmentProbability(segment, calibration),
  );
  return {
    outcome,
    policyVersion: policy.version,
    calibrationVersion: calibration.version,
    matches,
    explanation: explainVideo(outcome, matches),
  };
}
