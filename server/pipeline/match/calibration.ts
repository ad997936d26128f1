/** Logistic regression from matching features to the probability of a copy; fitted by `scripts/calibrate/`. */
export interface Calibration {
  readonly version: string;
  readonly intercept: number;
  readonly weights: Readonly<Record<string, number>>;
}
