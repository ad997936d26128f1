export { codeOfRange, fingerprintText, foldedOffset, prepareText } from './fingerprint-text.ts';
export { characterWeight, GRAM_WEIGHT, gramHash, visitGrams } from './grams.ts';
export { minHashCode, similarityOfDistance } from './min-hash-code.ts';
export type { NormalizedText } from './normalize.ts';
export { countCharacters, NORMALIZATION_VERSION, normalizeText, sliceCharacters } from './normalize.ts';
export { MIN_GRAMS, SEGMENT_LENGTH, TEXT_MODEL, TEXT_MODEL_DIGEST, TEXT_MODEL_FILES } from './text-model.ts';
export type { PreparedText, TextPrint, TextSegment } from './text-print.ts';
export {
  segmentsWithin,
  textFingerprintRoot,
  textFingerprintTree,
  textLeaves,
  textSegments,
} from './text-segments.ts';
export type { Winnowed } from './winnow.ts';
export { GUARANTEED_WEIGHT, WINDOW_WEIGHT, winnow } from './winnow.ts';
