import type { Policy } from '../../../domain/match.ts';

/** Logistic regression from what was counted of a match to the probability of a copy. */
export interface TextCalibration {
  readonly version: string;
  readonly intercept: number;
  readonly weights: {
    /** ln(1 + weight of the best segment above chance). */
    readonly best: number;
    /** ln(1 + weight of all segments above chance). */
    readonly total: number;
    /** Share of the query that is counted. */
    readonly share: number;
  };
}

/** What the probability is computed from. */
export interface TextFeatures {
  readonly best: number;
  readonly total: number;
  readonly share: number;
}

/**
 * Fitted by `node scripts/bench/text-calibrate.ts` on text that the benchmark does not use: 1,200 copies and 1,570 pairs of
 * strangers, of which 19 share anything above chance (at most 9 letters above it; the least copy has 16). Even odds
 * stand at 18 letters above chance, which is a copied sentence of about 60 characters in a note compared with a novel.
 */
export const TEXT_CALIBRATION: TextCalibration = {
  version: 'text-1',
  intercept: -16.27,
  weights: { best: 2.76, total: 2.76, share: 0.055 },
};

/** From even odds on, as `bench:text` reports it; a copy for sure from 38 letters above chance on. */
export const TEXT_POLICY: Policy = {
  version: TEXT_CALIBRATION.version,
  copyProbability: 0.98,
  reviewProbability: 0.5,
};

/** Probability that the query copies from the work, 0…1. */
export function copyProbability(features: TextFeatures, calibration: TextCalibration): number {
  // Nothing counted, nothing copied: whatever the intercept says.
  if (features.total <= 0) return 0;
  const { intercept, weights } = calibration;
  const sum =
    intercept +
    weights.best * features.best +
    weights.total * features.total +
    weights.share * features.share;
  return 1 / (1 + Math.exp(-sum));
}
