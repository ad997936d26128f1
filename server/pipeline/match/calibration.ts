/** What is known of one candidate, as numbers; see `features.ts` for their meaning. */
export type MatchFeatures = Readonly<Record<string, number>>;

/** Logistic regression from matching features to the probability of a copy; fitted by `scripts/calibrate/`. */
export interface Calibration {
  readonly version: string;
  readonly intercept: number;
  readonly weights: MatchFeatures;
}

/** Stands in until a model is calibrated: a plain similarity of about 0.6 after normalization counts as even. */
export const UNCALIBRATED: Calibration = {
  version: 'uncalibrated',
  intercept: -6,
  weights: { normalized: 14, agreement: 6 },
};

/** Probability of a copy, 0…1. Features that the calibration does not name do not count. */
export function calibratedProbability(features: MatchFeatures, calibration: Calibration): number {
  let sum = calibration.intercept;
  for (const [name, weight] of Object.entries(calibration.weights)) sum += weight * (features[name] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}
