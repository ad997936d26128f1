import type { Vector } from '../../domain/fingerprint.ts';
import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';

/** Vectors of training pictures that no user registered: what "similar by chance" looks like. */
export interface Background {
  readonly count: number;
  /** `count` × 256 int8 components, row-major. */
  readonly vectors: Int8Array;
  /** Euclidean length of every row. */
  readonly norms: Float64Array;
}

/** How many of the nearest background vectors say what is usual for a query (SSCD section 4.3 takes 1 to 3). */
const NEAREST = 10;

/** Wraps the rows of `background.bin`. Throws `RangeError` when they are not whole. */
export function makeBackground(vectors: Int8Array): Background {
  const count = vectors.length / VECTOR_DIMENSIONS;
  if (!Number.isInteger(count)) throw new RangeError('background vectors are cut off');
  const norms = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const row = vectors.subarray(i * VECTOR_DIMENSIONS, (i + 1) * VECTOR_DIMENSIONS);
    norms[i] = Math.sqrt(dot(row, row));
  }
  return { count, vectors, norms };
}

/**
 * How similar a vector is to strangers: mean cosine to its 10 nearest background vectors. Subtracted from a
 * similarity it makes pictures of crowded kinds (plain products, text) comparable with rare ones.
 */
export function chanceSimilarity(vector: Vector, background: Background): number {
  const norm = Math.sqrt(dot(vector, vector));
  if (norm === 0 || background.count === 0) return 0;
  const best = new Float64Array(Math.min(NEAREST, background.count)).fill(-1);
  for (let i = 0; i < background.count; i++) {
    let sum = 0;
    const at = i * VECTOR_DIMENSIONS;
    for (let d = 0; d < VECTOR_DIMENSIONS; d++) sum += vector[d]! * background.vectors[at + d]!;
    insertSorted(best, sum / (norm * background.norms[i]!));
  }
  return best.reduce((a, b) => a + b, 0) / best.length;
}

/** Keeps the largest values, ascending. */
function insertSorted(best: Float64Array, value: number): void {
  if (value <= best[0]!) return;
  let i = 0;
  while (i + 1 < best.length && best[i + 1]! < value) {
    best[i] = best[i + 1]!;
    i++;
  }
  best[i] = value;
}

/** Cosine of two vectors, −1…1; 0 when one has no length. */
export function cosine(a: Vector, b: Vector): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

function dot(a: Int8Array, b: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
