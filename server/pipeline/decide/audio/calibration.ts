import type { SoundClaim } from './claims.ts';

/** Logistic regression from the evidence of a segment to the probability of a copy. */
export interface AudioCalibration {
  readonly version: string;
  /** Intercept, then one weight for each of `soundFeatures`. */
  readonly weights: readonly number[];
}

/**
 * Numbers that the probability is made of: similarity of the windows, how much better it is than beside the line,
 * share of windows that agree, how many they are, agreement of the loudness (a correlation, alone and as it gains
 * weight with length), and how unusual the speed is.
 */
export function soundFeatures({ speed, evidence }: SoundClaim): number[] {
  const { similarity, contrast, support, windows, likeness } = evidence;
  const heard = Math.max(0, likeness);
  return [
    similarity,
    contrast,
    support / Math.max(1, windows),
    Math.min(5, Math.log2(1 + support)),
    heard,
    heard * Math.sqrt(Math.min(24, support)),
    Math.abs(Math.log2(speed)),
  ];
}

/** Probability that a claimed segment is a copy, 0…1. */
export function soundProbability(segment: SoundClaim, { weights }: AudioCalibration): number {
  const sum = soundFeatures(segment).reduce(
    (total, value, i) => total + value * weights[i + 1]!,
    weights[0]!,
  );
  return 1 / (1 + Math.exp(-sum));
}

/** For models whose card has no thresholds yet; set by hand. */
export const UNCALIBRATED_AUDIO: AudioCalibration = {
  version: 'uncalibrated',
  weights: [-14, 12, 4, 1, 1, 2, 2, -4],
};
