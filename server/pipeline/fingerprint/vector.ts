import type { Head } from './embedder.ts';
import { FEATURE_CELLS, FEATURE_CHANNELS } from './embedder.ts';
import { projectExactly, type VectorAndCode } from './project.ts';

/** Pooling sums cubes (GeM, p = 3); the root is taken of the sum times this, to keep four more bits. */
const POOL_SCALE = 4096;
const CUBES = Float64Array.from({ length: 256 }, (_, q) => q ** 3);
const EVERY_CELL = Array.from({ length: FEATURE_CELLS }, (_, cell) => cell);

/**
 * Pools features and projects them: int8[256] vector and 256-bit code. Integer arithmetic throughout, so a
 * browser, the service and an auditor get the same bits from the same features (formula: the model's card).
 *
 * `features` is 512 × 36, values 0…255. Features that are all zero give the vector of the bias alone.
 */
export function projectFeatures(features: Uint8Array, head: Head): VectorAndCode {
  return projectExactly([poolFeatures(features)], head)[0]!;
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
