import type { Policy } from '../../../domain/match.ts';
import type { SoundClaim } from './claims.ts';

/** Logistic regression from the evidence of a segment to the probability of a copy. */
export interface AudioCalibration {
  readonly version: string;
  /** Intercept, then one weight for each of `soundFeatures`. */
  readonly weights: readonly number[];
}

/** Windows beyond which length makes a match no surer. */
const ENOUGH = 12;

/**
 * Numbers that the probability is made of: similarity of the windows; how many agree; agreement of the loudness, and
 * how much better the windows agree than beside the line, both of which weigh more the longer the stretch is; and
 * how unusual the speed is.
 */
export function soundFeatures({ speed, evidence }: Pick<SoundClaim, 'speed' | 'evidence'>): number[] {
  const { similarity, contrast, support, likeness } = evidence;
  const heard = Math.min(ENOUGH, support);
  return [
    similarity,
    Math.min(4, Math.log2(1 + support)),
    Math.max(0, likeness) * Math.sqrt(heard),
    contrast * Math.log2(1 + heard),
    Math.abs(Math.log2(speed)),
  ];
}

/** Probability that a claimed segment is a copy, 0…1. */
export function soundProbability(
  segment: Pick<SoundClaim, 'speed' | 'evidence'>,
  { weights }: AudioCalibration,
): number {
  const sum = soundFeatures(segment).reduce(
    (total, value, i) => total + value * weights[i + 1]!,
    weights[0]!,
  );
  return 1 / (1 + Math.exp(-sum));
}

/**
 * The most that a segment may come to of which only the windows were compared: when the loudness agrees in full or not at
 * all, and at natural speed, from which no calibration lets a claim gain by leaving it.
 */
export function mostSoundProbability(
  evidence: Omit<SoundClaim['evidence'], 'likeness'>,
  calibration: AudioCalibration,
): number {
  const ofLikeness = (likeness: number) =>
    soundProbability({ speed: 1, evidence: { ...evidence, likeness } }, calibration);
  return Math.max(ofLikeness(0), ofLikeness(1));
}

/** For models whose card has no thresholds yet; set by hand. */
export const UNCALIBRATED_AUDIO: AudioCalibration = {
  version: 'uncalibrated',
  weights: [-18, 13, 0.4, 6, 2.5, -19],
};

/** Of such a model nothing is called a copy without a person. */
export const UNCALIBRATED_AUDIO_POLICY: Policy = {
  version: UNCALIBRATED_AUDIO.version,
  copyProbability: 0.999,
  reviewProbability: 0.5,
};
