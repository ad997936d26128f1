import type { NormalizedText } from './normalize.ts';

/**
 * A gram carries GRAM_WEIGHT: 16 letters, 6 Chinese characters. The weight of a character is about how much it
 * says, so one gram says about the same in any script, and which characters belong to a gram depends on nothing
 * but themselves: mixed scripts need no language detection.
 */
export const GRAM_WEIGHT = 16;
/** Heaviest character. */
export const MAX_WEIGHT = 3;

/** Weight of a folded character: Han and Hangul 3, kana and bopomofo 2, everything else 1. */
export function characterWeight(point: number): number {
  if (point < 0x3040) return 1;
  if (point <= 0x312f) return 2;
  if ((point >= 0x3400 && point <= 0x9fff) || (point >= 0xac00 && point <= 0xd7a3)) return 3;
  if ((point >= 0xf900 && point <= 0xfaff) || (point >= 0x20000 && point <= 0x3ffff)) return 3;
  return point >= 0xa000 && point <= 0xa4cf ? 3 : 1;
}

/** Receives each gram: where it begins, where it ends (exclusive), and its hash, 32 and 21 bits. */
export type GramVisitor = (position: number, end: number, low: number, high: number) => void;

// Odd multipliers of two polynomial hashes modulo 2^32, from the fractions of the golden ratio and of √2.
const BASE_A = 0x9e3779b1;
const BASE_B = 0x6a09e667;
const POWERS_A = powers(BASE_A);
const POWERS_B = powers(BASE_B);

function powers(base: number): Int32Array {
  const list = new Int32Array(GRAM_WEIGHT + 1);
  list[0] = 1;
  for (let i = 1; i < list.length; i++) list[i] = Math.imul(list[i - 1]!, base);
  return list;
}

/** Finalizer of MurmurHash3: every bit of the input reaches every bit of the output. */
export function mix32(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Visits every gram that begins in `[from, to)` of the folded text, in order, by two rolling hashes. A gram may
 * reach beyond `to`, never beyond the text: the last characters that weigh less than a gram begin none.
 */
export function visitGrams(text: NormalizedText, from: number, to: number, visit: GramVisitor): void {
  const { points } = text;
  const size = points.length;
  let end = from;
  let weight = 0;
  let a = 0;
  let b = 0;
  for (let position = from; position < to; position++) {
    while (weight < GRAM_WEIGHT && end < size) {
      const point = points[end]!;
      const mixed = mix32(point + 1);
      a = (Math.imul(a, BASE_A) + mixed) | 0;
      b = (Math.imul(b, BASE_B) + (mixed ^ 0x5bd1e995)) | 0;
      weight += characterWeight(point);
      end++;
    }
    if (weight < GRAM_WEIGHT) return;
    visit(position, end, mix32(a), mix32(b) >>> 11);
    const first = points[position]!;
    const mixed = mix32(first + 1);
    const power = end - position - 1;
    a = (a - Math.imul(mixed, POWERS_A[power]!)) | 0;
    b = (b - Math.imul(mixed ^ 0x5bd1e995, POWERS_B[power]!)) | 0;
    weight -= characterWeight(first);
  }
}

/** Both parts of a gram's hash as one integer below 2^53. */
export function gramHash(low: number, high: number): number {
  return high * 2 ** 32 + low;
}
