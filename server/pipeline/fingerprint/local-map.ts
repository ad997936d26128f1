import type { LocalMap } from '../../domain/fingerprint.ts';
import { LOCAL_DIMENSIONS, LOCAL_GRID } from './embedder.ts';
import { normalizeExactly } from './normalize-exactly.ts';

/** Length of a normalized local descriptor; 64 components of a unit vector hardly ever exceed 127/256. */
export const LOCAL_SCALE = 256;

/**
 * Normalizes raw local descriptors (64 × 144, channel-major) to a map of 144 cells × 64 int8 values, cell-major,
 * each cell a unit vector times 256. Exact, like the global vector.
 */
export function makeLocalMap(raw: Int16Array): LocalMap {
  const cells = LOCAL_GRID * LOCAL_GRID;
  const data = new Int8Array(cells * LOCAL_DIMENSIONS);
  const cell = new Float64Array(LOCAL_DIMENSIONS);
  for (let i = 0; i < cells; i++) {
    for (let d = 0; d < LOCAL_DIMENSIONS; d++) cell[d] = raw[d * cells + i]!;
    data.set(normalizeExactly(cell, LOCAL_SCALE), i * LOCAL_DIMENSIONS);
  }
  return { columns: LOCAL_GRID, rows: LOCAL_GRID, dimensions: LOCAL_DIMENSIONS, data };
}
