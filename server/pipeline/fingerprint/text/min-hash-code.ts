import type { Digest } from '../../../domain/digest.ts';
import { toHex, ZERO_DIGEST } from '../../../domain/digest.ts';
import { mix32, visitGrams } from './grams.ts';
import type { NormalizedText } from './normalize.ts';

const BINS = 256;
const EMPTY = 0xffffffff;

/**
 * 256-bit code of the stretch `[from, to)` of a folded text: one-permutation MinHash over its grams with one bit a
 * bin. Each gram falls into one of 256 bins; the smallest hash of a bin gives its bit; an empty bin borrows from
 * another (optimal densification, Shrivastava 2017). Two stretches with Jaccard similarity J of their gram sets
 * differ in about 128·(1 − J) bits, so the distance that the contract counts has a meaning:
 * J ≈ 1 − distance / 128. Chosen over SimHash because a copied part of a longer text moves J in proportion, and
 * over 64 × 4 bits (ISCC) because the same size estimates J with half the variance; one hash a gram, not 256.
 *
 * Gives the zero code ("has none") when no gram begins in the stretch.
 */
export function minHashCode(text: NormalizedText, from: number, to: number): Digest {
  return codeOfBins(minHashBins(text, from, to));
}

/** The smallest hash of each bin. Bins of neighbouring stretches are joined by `mergeBins`: grams belong where they begin. */
export function minHashBins(text: NormalizedText, from: number, to: number): Uint32Array {
  const bins = new Uint32Array(BINS).fill(EMPTY);
  visitGrams(text, from, to, (_position, _end, low, high) => {
    // The upper bits of `low` decide winnowing; a second mixing with `high` makes bin and rank independent of it.
    const value = mix32(low ^ Math.imul(high, 0x27d4eb2f));
    const bin = value >>> 24;
    const rank = mix32(value ^ high);
    if (rank < bins[bin]!) bins[bin] = rank;
  });
  return bins;
}

/** Bins of two stretches together, into the first. */
export function mergeBins(into: Uint32Array, other: Uint32Array): void {
  for (let bin = 0; bin < BINS; bin++) if (other[bin]! < into[bin]!) into[bin] = other[bin]!;
}

/** One bit a bin. */
export function codeOfBins(bins: Uint32Array): Digest {
  if (bins.every((rank) => rank === EMPTY)) return ZERO_DIGEST;
  const code = new Uint8Array(BINS / 8);
  for (let bin = 0; bin < BINS; bin++) {
    let source = bin;
    for (let attempt = 1; bins[source] === EMPTY; attempt++) {
      source = mix32(Math.imul(bin + 1, 0x9e3779b1) + attempt) >>> 24;
    }
    const bit = mix32(bins[source]! ^ Math.imul(bin + 1, 0x85ebca6b)) & 1;
    code[bin >>> 3]! |= bit << (7 - (bin & 7));
  }
  const digest = toHex(code);
  // One in 2^256; zero is taken.
  return digest === ZERO_DIGEST ? (`0x${'0'.repeat(63)}1` as Digest) : digest;
}

/** Jaccard similarity that a Hamming distance of two codes stands for, 0…1. */
export function similarityOfDistance(hammingDistance: number): number {
  return Math.max(0, 1 - hammingDistance / (BINS / 2));
}
