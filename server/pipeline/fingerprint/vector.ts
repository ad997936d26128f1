import type { Digest } from '../../domain/digest.ts';
import { toHex } from '../../domain/digest.ts';
import type { Vector } from '../../domain/fingerprint.ts';
import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';
import type { Head } from './embedder.ts';
import { FEATURE_CELLS, FEATURE_CHANNELS } from './embedder.ts';
import { dotProducts } from './simd/dot-products.ts';

/** A vector's components are the unit vector times this. */
const VECTOR_SCALE = 512;
/** Pooling sums cubes (GeM, p = 3); the root is taken of the sum times this, to keep four more bits. */
const POOL_SCALE = 4096;
const LOW_BITS = 7;
const CUBES = Float64Array.from({ length: 256 }, (_, q) => q ** 3);
const EVERY_CELL = Array.from({ length: FEATURE_CELLS }, (_, cell) => cell);

/** Global vector and code of one picture. */
export interface VectorAndCode {
  readonly vector: Vector;
  readonly code: Digest;
}

/**
 * Pools features and projects them: int8[256] vector and 256-bit code. Integer arithmetic throughout, so a
 * browser, the service and an auditor get the same bits from the same features (formula: the model's card).
 *
 * `features` is 512 × 36, values 0…255. Features that are all zero give the vector of the bias alone.
 */
export function projectFeatures(features: Uint8Array, head: Head): VectorAndCode {
  return projectPooled([poolFeatures(features)], head)[0]!;
}

/** The same of features that are pooled already, for several pictures (or parts of one) at once. */
export function projectPooled(pooled: readonly Float64Array[], head: Head): VectorAndCode[] {
  // A pooled value is below 2^14: as two numbers of seven bits it fits the products of bytes.
  const halves = new Int8Array(2 * pooled.length * FEATURE_CHANNELS);
  for (const [i, values] of pooled.entries()) {
    const [high, low] = [2 * i * FEATURE_CHANNELS, (2 * i + 1) * FEATURE_CHANNELS];
    for (let c = 0; c < FEATURE_CHANNELS; c++) {
      halves[high + c] = values[c]! >> LOW_BITS;
      halves[low + c] = values[c]! & (2 ** LOW_BITS - 1);
    }
  }
  const products = dotProducts(halves, head.weights, FEATURE_CHANNELS);
  return pooled.map((_, i) => {
    const [high, low] = [2 * i * VECTOR_DIMENSIONS, (2 * i + 1) * VECTOR_DIMENSIONS];
    const projected = new Float64Array(VECTOR_DIMENSIONS);
    const code = new Uint8Array(VECTOR_DIMENSIONS / 8);
    for (let d = 0; d < VECTOR_DIMENSIONS; d++) {
      // Below 2^53 by three orders of magnitude: 512 · 127 · 13,500 + 2^31. Doubles hold it exactly.
      const sum = head.bias[d]! + 2 ** LOW_BITS * products[high + d]! + products[low + d]!;
      projected[d] = sum;
      if (sum > head.codeThreshold[d]!) code[d >> 3] = code[d >> 3]! | (0x80 >> (d & 7));
    }
    return { vector: normalizeExactly(projected, VECTOR_SCALE), code: toHex(code) };
  });
}

/** t_c = the largest integer with t³ ≤ 4096 · Σ q³ over the 36 cells. */
export function poolFeatures(features: Uint8Array): Float64Array {
  return poolCells(features, [EVERY_CELL])[0]!;
}

/** As `poolFeatures`, over some of the cells: one result for each list of cells (0…35). */
export function poolCells(features: Uint8Array, parts: readonly (readonly number[])[]): Float64Array[] {
  const pooled = parts.map(() => new Float64Array(FEATURE_CHANNELS));
  for (let c = 0; c < FEATURE_CHANNELS; c++) {
    const at = c * FEATURE_CELLS;
    for (const [i, cells] of parts.entries()) {
      let sum = 0;
      for (const cell of cells) sum += CUBES[features[at + cell]!]!;
      pooled[i]![c] = cubeRoot(sum * POOL_SCALE);
    }
  }
  return pooled;
}

/** Floor of the cube root of an integer below 2^53. The estimate may be one off in some engine; integers decide. */
function cubeRoot(value: number): number {
  let root = Math.round(Math.cbrt(value));
  while (root * root * root > value) root--;
  while ((root + 1) ** 3 <= value) root++;
  return root;
}

/**
 * `clamp(round_half_up(y · scale / ‖y‖), −127, 127)` of integers, exactly: a double decides where it is clear of
 * a rounding boundary, big integers decide where it is not. The zero vector stays zero.
 */
export function normalizeExactly(values: Float64Array, scale: number): Int8Array {
  const out = new Int8Array(values.length);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  if (squares === 0) return out;
  const factor = scale / Math.sqrt(squares);
  let exactSquares: bigint | undefined;
  for (let i = 0; i < values.length; i++) {
    const scaled = values[i]! * factor + 0.5;
    let rounded = Math.floor(scaled);
    if (Math.abs(scaled - Math.round(scaled)) < 1e-7) {
      exactSquares ??= sumOfSquares(values);
      rounded = roundExactly(BigInt(values[i]!), exactSquares, scale, Math.round(scaled));
    }
    out[i] = Math.max(-127, Math.min(127, rounded));
  }
  return out;
}

function sumOfSquares(values: Float64Array): bigint {
  let sum = 0n;
  for (const value of values) sum += BigInt(value) * BigInt(value);
  return sum;
}

/** The largest v among `candidate` and its lower neighbour with v ≤ y·scale/√S + ½, that is (2v − 1)·√S ≤ 2·y·scale. */
function roundExactly(y: bigint, squares: bigint, scale: number, candidate: number): number {
  const left = 2n * BigInt(candidate) - 1n;
  const right = 2n * y * BigInt(scale);
  const leftSquared = left * left * squares;
  const rightSquared = right * right;
  const holds =
    left >= 0n ? right >= 0n && leftSquared <= rightSquared : right >= 0n || leftSquared >= rightSquared;
  return holds ? candidate : candidate - 1;
}
