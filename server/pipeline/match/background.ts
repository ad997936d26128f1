import type { Vector } from '../../domain/fingerprint.ts';
import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';
import { dotProducts } from '../fingerprint/index.ts';

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
  return chanceSimilarities([vector], background)[0]!;
}

/** The same for several vectors at once: the background is laid out only once. */
export function chanceSimilarities(vectors: readonly Vector[], background: Background): number[] {
  const { count } = background;
  if (count === 0) return vectors.map(() => 0);
  const products = dotProducts(joinVectors(vectors), background.vectors, VECTOR_DIMENSIONS);
  return vectors.map((vector, i) => {
    const norm = Math.sqrt(dot(vector, vector));
    if (norm === 0) return 0;
    const best = new Float64Array(Math.min(NEAREST, count)).fill(-1);
    for (let k = 0; k < count; k++)
      insertSorted(best, products[i * count + k]! / (norm * background.norms[k]!));
    return best.reduce((a, b) => a + b, 0) / best.length;
  });
}

/** Vectors one after the other. */
export function joinVectors(vectors: readonly Vector[]): Int8Array {
  const out = new Int8Array(vectors.length * VECTOR_DIMENSIONS);
  vectors.forEach((vector, i) => {
    out.set(vector, i * VECTOR_DIMENSIONS);
  });
  return out;
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
