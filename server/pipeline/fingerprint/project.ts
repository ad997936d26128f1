import type { Digest } from '../../domain/digest.ts';
import { toHex } from '../../domain/digest.ts';
import type { Vector } from '../../domain/fingerprint.ts';
import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';
import { normalizeExactly } from './normalize-exactly.ts';
import { dotProducts } from './simd/dot-products.ts';

/** Vector and code of one picture or window. */
export interface VectorAndCode {
  readonly vector: Vector;
  readonly code: Digest;
}

/** A linear layer as integers: 256 rows of weights, int8; for each row a bias, int32, and the sum above which its bit is set. */
export interface IntegerLayer {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly codeThreshold: Int32Array;
}

/** A vector's components are the unit vector times this. */
export const VECTOR_SCALE = 512;
/** An input is below 2^14: as two numbers of seven bits it fits the products of bytes. */
const LOW_BITS = 7;
const LOW = 2 ** LOW_BITS;

/**
 * Projects inputs (integers 0 … 2^14 − 1, as many as a row has weights) to int8[256] vector and 256-bit code. Exact
 * integers throughout, so a browser, the service and an auditor get the same bits.
 */
export function projectExactly(
  inputs: readonly (Float64Array | Uint8Array)[],
  { weights, bias, codeThreshold }: IntegerLayer,
): VectorAndCode[] {
  const length = weights.length / VECTOR_DIMENSIONS;
  const halves = new Int8Array(2 * inputs.length * length);
  for (const [i, values] of inputs.entries()) {
    const [high, low] = [2 * i * length, (2 * i + 1) * length];
    for (let c = 0; c < length; c++) {
      halves[high + c] = values[c]! >> LOW_BITS;
      halves[low + c] = values[c]! & (LOW - 1);
    }
  }
  const products = dotProducts(halves, weights, length);
  return inputs.map((_, i) => {
    const [high, low] = [2 * i * VECTOR_DIMENSIONS, (2 * i + 1) * VECTOR_DIMENSIONS];
    const projected = new Float64Array(VECTOR_DIMENSIONS);
    const code = new Uint8Array(VECTOR_DIMENSIONS / 8);
    for (let d = 0; d < VECTOR_DIMENSIONS; d++) {
      // Far below 2^53 for some thousand weights a row: doubles hold it exactly.
      const sum = bias[d]! + LOW * products[high + d]! + products[low + d]!;
      projected[d] = sum;
      if (sum > codeThreshold[d]!) code[d >> 3] = code[d >> 3]! | (0x80 >> (d & 7));
    }
    return { vector: normalizeExactly(projected, VECTOR_SCALE), code: toHex(code) };
  });
}
