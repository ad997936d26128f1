import type { LocalMap } from '../../domain/fingerprint.ts';
import type { Box } from '../../domain/media.ts';
import { dotProducts, LOCAL_SCALE } from '../fingerprint/index.ts';
import type { PointPair } from './affine.ts';

/** Cells that are each other's best match, as points of the whole pictures; `weight` is their cosine. */
export interface Correspondence extends PointPair {
  readonly fromCell: number;
  readonly toCell: number;
}

/** Below this cosine a best match is as likely chance as not (measured on held-out strangers). */
const MIN_SIMILARITY = 0.35;

/** Of a product of two cells' descriptors to their cosine: a power of two, so nothing is rounded. */
const UNIT = 1 / (LOCAL_SCALE * LOCAL_SCALE);

/** Cosine of every cell of `from` (rows) with every cell of `to` (columns). */
export function cellSimilarities(from: LocalMap, to: LocalMap): Float32Array {
  const products = dotProducts(from.data, to.data, from.dimensions);
  const out = new Float32Array(products.length);
  for (let i = 0; i < out.length; i++) out[i] = products[i]! * UNIT;
  return out;
}

const LOWEST = -(2 ** 31);

/** Mutual nearest neighbours between two maps whose grids lie over `fromBox` and `toBox` of their pictures. */
export function mutualNeighbours(from: LocalMap, fromBox: Box, to: LocalMap, toBox: Box): Correspondence[] {
  const products = dotProducts(from.data, to.data, from.dimensions);
  const rows = from.columns * from.rows;
  const columns = to.columns * to.rows;
  const bestOfColumn = new Int32Array(columns);
  const heightOfColumn = new Int32Array(columns).fill(LOWEST);
  const bestOfRow = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    let height = LOWEST;
    for (let j = 0; j < columns; j++) {
      const value = products[i * columns + j]!;
      if (value > height) {
        height = value;
        best = j;
      }
      if (value > heightOfColumn[j]!) {
        heightOfColumn[j] = value;
        bestOfColumn[j] = i;
      }
    }
    bestOfRow[i] = best;
  }
  const out: Correspondence[] = [];
  for (let i = 0; i < rows; i++) {
    const best = bestOfRow[i]!;
    const weight = products[i * columns + best]! * UNIT;
    if (bestOfColumn[best] !== i || weight < MIN_SIMILARITY) continue;
    out.push({
      from: cellCentre(from, fromBox, i),
      to: cellCentre(to, toBox, best),
      weight,
      fromCell: i,
      toCell: best,
    });
  }
  return out;
}

/** Middle of a cell in fractions of the whole picture. */
export function cellCentre(map: LocalMap, box: Box, cell: number): { x: number; y: number } {
  const column = cell % map.columns;
  const row = Math.floor(cell / map.columns);
  return {
    x: box.x + ((column + 0.5) / map.columns) * box.width,
    y: box.y + ((row + 0.5) / map.rows) * box.height,
  };
}
