import type { Policy } from '../../../domain/match.ts';
import type { SegmentClaim } from './claims.ts';

/** Logistic regression from the evidence of a segment to the probability of a copy. */
export interface VideoCalibration {
  readonly version: string;
  /** Intercept, then one weight for each of `segmentFeatures`; with frames compared, and by vectors alone. */
  readonly exact: readonly number[];
  readonly coarse: readonly number[];
}

/**
 * Numbers that the probability is made of: likeness of the frames, similarity of the vectors, share of samples that
 * agree, length, how much of the picture is shown, and how unusual the speed is.
 */
export function segmentFeatures({ query, speed, evidence }: SegmentClaim): number[] {
  const seconds = Math.max(0.1, (query.endMs - query.startMs) / 1000);
  return [
    evidence.likeness ?? 0,
    evidence.similarity,
    evidence.samples > 0 ? evidence.support / evidence.samples : 0,
    Math.min(2.5, Math.log2(seconds)),
    Math.sqrt(Math.min(1, evidence.shown)),
    Math.abs(Math.log2(Math.abs(speed))) + (speed < 0 ? 0.5 : 0),
  ];
}

/** Probability that a claimed segment is a copy, 0…1. */
export function segmentProbability(segment: SegmentClaim, calibration: VideoCalibration): number {
  const weights = segment.isExact ? calibration.exact : calibration.coarse;
  const features = segmentFeatures(segment);
  const sum = features.reduce((total, value, i) => total + value * weights[i + 1]!, weights[0]!);
  return 1 / (1 + Math.exp(-sum));
}

/**
 * `exact` was fitted by `scripts/bench/video-calibrate.ts` on edits of scenes that the bench does not report on.
 * `coarse` is set by hand: no registered file was ever missing there.
 */
export const VIDEO_CALIBRATION: VideoCalibration = {
  version: 'video-1',
  exact: [-12.68, 11.86, 5.98, 2.05, 0.66, 1.98, -1.44],
  coarse: [-7, 0, 9, 2, 1, 0, -1],
};

/** For what is seen. From even odds on, as `bench:video` reports it; a copy for sure where pictures are. */
export const VIDEO_POLICY: Policy = {
  version: VIDEO_CALIBRATION.version,
  copyProbability: 0.98,
  reviewProbability: 0.5,
};
