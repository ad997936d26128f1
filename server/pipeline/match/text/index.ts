export { alignTexts, chanceScore } from './align.ts';
export { findCandidates, placesByHash } from './candidates.ts';
export { CHANGE_WORDS } from './describe-change.ts';
export type { ExclusionRules } from './exclusions.ts';
export { DEFAULT_EXCLUSIONS, findExclusions } from './exclusions.ts';
export { queryRangeOf } from './map-range.ts';
export type { TextMatchDependencies, TextMatchOptions } from './match-text.ts';
export { matchText, textFeatures } from './match-text.ts';
export type { TextCalibration, TextFeatures } from './text-calibration.ts';
export { copyProbability, TEXT_CALIBRATION, TEXT_POLICY } from './text-calibration.ts';
export type {
  ExcludedStretch,
  ExclusionKind,
  Posting,
  TextChange,
  TextIndex,
  TextMatch,
  TextMatchSegment,
  TextRange,
  TextReason,
  TextReferences,
  TextView,
} from './text-match.ts';
