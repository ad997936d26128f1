import { sha256 } from '@noble/hashes/sha2.js';
import type { Digest } from '../../../domain/digest.ts';
import { toHex } from '../../../domain/digest.ts';
import { gramHash, visitGrams } from './grams.ts';
import { codeOfBins, mergeBins, minHashBins, minHashCode } from './min-hash-code.ts';
import { type NormalizedText, normalizeText } from './normalize.ts';
import { MIN_GRAMS, SEGMENT_LENGTH, TEXT_MODEL_DIGEST } from './text-model.ts';
import type { PreparedText, TextPrint, TextSegment } from './text-print.ts';
import { type Winnowed, winnow } from './winnow.ts';

/** Normalizes and winnows a text: what matching needs of it. */
export function prepareText(text: string): PreparedText {
  const normalized = normalizeText(text);
  return { text, normalized, winnowed: winnow(normalized) };
}

/**
 * The print of a text: segment 0 the whole, then one segment for every SEGMENT_LENGTH folded characters (a last
 * piece shorter than half of that joins its neighbour). Segments tile the original, so every character of the
 * work is under exactly one leaf besides the whole.
 */
export function fingerprintText(prepared: PreparedText): TextPrint {
  const { normalized, winnowed } = prepared;
  const size = normalized.points.length;
  const lowInformation = saysLittle(normalized);
  const bins = minHashBins(normalized, 0, 0);
  const parts = lowInformation ? [] : tile(normalized, winnowed, bins);
  const whole: TextSegment = {
    start: 0,
    end: normalized.characters,
    from: 0,
    to: size,
    code: codeOfBins(bins),
    vectorDigest: digestOfFolded(normalized),
  };
  const { characters } = normalized;
  return {
    medium: 'text',
    modelDigest: TEXT_MODEL_DIGEST,
    lowInformation,
    characters,
    segments: [whole, ...parts],
  };
}

/**
 * Code of any stretch of a text, given in characters of the original: what a claim compares with the code of a
 * registered segment.
 */
export function codeOfRange(normalized: NormalizedText, start: number, end: number): Digest {
  return minHashCode(normalized, foldedOffset(normalized, start), foldedOffset(normalized, end));
}

/** The first folded character that begins at or after a character of the original. */
export function foldedOffset(normalized: NormalizedText, character: number): number {
  const { starts } = normalized;
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! < character) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a text has fewer than MIN_GRAMS different grams: a few words, or a pattern repeated without end. */
function saysLittle(normalized: NormalizedText): boolean {
  const different = new Set<number>();
  const CHUNK = 1024;
  for (let from = 0; from < normalized.points.length && different.size < MIN_GRAMS; from += CHUNK) {
    const to = Math.min(from + CHUNK, normalized.points.length);
    visitGrams(normalized, from, to, (_position, _end, low, high) => different.add(gramHash(low, high)));
  }
  return different.size < MIN_GRAMS;
}

/** Segments of the whole text; their bins are joined in `wholeBins`. */
function tile(normalized: NormalizedText, winnowed: Winnowed, wholeBins: Uint32Array): TextSegment[] {
  const size = normalized.points.length;
  const count = Math.max(1, Math.round(size / SEGMENT_LENGTH));
  const segments: TextSegment[] = [];
  let gram = 0;
  for (let i = 0; i < count; i++) {
    const from = i * SEGMENT_LENGTH;
    const to = i === count - 1 ? size : from + SEGMENT_LENGTH;
    const bins = minHashBins(normalized, from, to);
    mergeBins(wholeBins, bins);
    const firstGram = gram;
    while (gram < winnowed.positions.length && winnowed.positions[gram]! < to) gram++;
    segments.push({
      start: i === 0 ? 0 : normalized.starts[from]!,
      end: i === count - 1 ? normalized.characters : normalized.starts[to]!,
      from,
      to,
      code: codeOfBins(bins),
      vectorDigest: digestOfGrams(winnowed, firstGram, gram, from),
    });
  }
  return segments;
}

/** SHA-256 over the kept grams: hash as u64, place in the segment as u32, big-endian. */
function digestOfGrams(winnowed: Winnowed, first: number, last: number, from: number): Digest {
  const bytes = new Uint8Array((last - first) * 12);
  const view = new DataView(bytes.buffer);
  for (let i = first; i < last; i++) {
    const at = (i - first) * 12;
    const hash = winnowed.hashes[i]!;
    view.setUint32(at, Math.floor(hash / 2 ** 32));
    view.setUint32(at + 4, hash % 2 ** 32);
    view.setUint32(at + 8, winnowed.positions[i]! - from);
  }
  return toHex(sha256(bytes));
}

/** SHA-256 of the folded characters as u32, big-endian: equal for texts that differ in nothing that counts. */
function digestOfFolded(normalized: NormalizedText): Digest {
  const hash = sha256.create();
  const { points } = normalized;
  const CHUNK = 16_384;
  for (let from = 0; from < points.length; from += CHUNK) {
    const to = Math.min(points.length, from + CHUNK);
    const bytes = new Uint8Array((to - from) * 4);
    const view = new DataView(bytes.buffer);
    for (let i = from; i < to; i++) view.setUint32((i - from) * 4, points[i]!);
    hash.update(bytes);
  }
  return toHex(hash.digest());
}
