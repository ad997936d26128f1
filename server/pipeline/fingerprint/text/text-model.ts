import { sha256 } from '@noble/hashes/sha2.js';
import type { Digest } from '../../../domain/digest.ts';
import { toHex } from '../../../domain/digest.ts';
import { computeModelDigest } from '../model-digest.ts';
import { CONFUSABLES_TEXT } from './confusables.ts';
import { DROPPED_MARKS } from './fold.ts';
import { GRAM_WEIGHT } from './grams.ts';
import { NORMALIZATION_VERSION } from './normalize.ts';
import { WINDOW_WEIGHT } from './winnow.ts';

/** Folded characters of a segment. A copied stretch of twice that always holds a whole one. */
export const SEGMENT_LENGTH = 256;
/** Fewer grams than this say too little: such a text is registered by its hash alone. */
export const MIN_GRAMS = 16;

/**
 * Text needs no network. What plays its part on the chain is this description: two prints are comparable when it
 * is the same, and anyone can recompute a print from it and docs/text-normalization.md.
 */
export const TEXT_MODEL = [
  NORMALIZATION_VERSION,
  `gram ${GRAM_WEIGHT} window ${WINDOW_WEIGHT} segment ${SEGMENT_LENGTH} least ${MIN_GRAMS}`,
  'code one-permutation-minhash 256x1',
  `marks ${DROPPED_MARKS.source}`,
  `confusables ${CONFUSABLES_TEXT}`,
  '',
].join('\n');

/** The description as the one file of a model, so that its digest is derived as that of any other. */
export const TEXT_MODEL_FILES: Readonly<Record<string, string>> = {
  'text-model.txt': toHex(sha256(new TextEncoder().encode(TEXT_MODEL))).slice(2),
};

/** `modelDigest` of every text record. */
export const TEXT_MODEL_DIGEST: Digest = computeModelDigest(TEXT_MODEL_FILES);
