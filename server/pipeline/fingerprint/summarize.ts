import type { Digest } from '../../domain/digest.ts';
import { fromHex, toHex } from '../../domain/digest.ts';
import type { Vector } from '../../domain/fingerprint.ts';
import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';
import { normalizeExactly } from './normalize-exactly.ts';
import { VECTOR_SCALE } from './project.ts';

/** A stretch of a work in time, with code and vector. */
export interface TimedPrint {
  readonly startMs: number;
  readonly endMs: number;
  readonly code: Digest;
  readonly vector: Vector;
}

/** One code and vector for a whole work: every bit as most of the time has it, every component the mean by time.
 * Integers, so that auditors agree. */
export function summarize(spans: readonly TimedPrint[]): { code: Digest; vector: Vector } {
  const sums = new Float64Array(VECTOR_DIMENSIONS);
  const votes = new Float64Array(VECTOR_DIMENSIONS);
  for (const { startMs, endMs, code, vector } of spans) {
    const weight = Math.max(1, endMs - startMs);
    const bits = fromHex(code);
    for (let d = 0; d < VECTOR_DIMENSIONS; d++) {
      sums[d] = sums[d]! + weight * vector[d]!;
      votes[d] = votes[d]! + (bits[d >> 3]! & (0x80 >> (d & 7)) ? weight : -weight);
    }
  }
  const code = new Uint8Array(VECTOR_DIMENSIONS / 8);
  for (let d = 0; d < VECTOR_DIMENSIONS; d++) {
    if (votes[d]! > 0) code[d >> 3] = code[d >> 3]! | (0x80 >> (d & 7));
  }
  return { code: toHex(code), vector: normalizeExactly(sums, VECTOR_SCALE) };
}
