import type { LocalMap } from '../../domain/fingerprint.ts';
import type { Box } from '../../domain/media.ts';
import { LOCAL_SCALE } from '../fingerprint/index.ts';
import type { PointPair } from './affine.ts';

/** Cells that are each other's best match, as points of the whole pictures; `weight` is their cosine. */
export interface Correspondence extends PointPair {
  readonly fromCell: number;
  readonly toCell: number;
}

/** Below this cosine a best match is as likely chance as not (measured on held-out strangers). */
const MIN_SIMILARITY = 0.35;

/** Cosine of every cell of `from` (rows) with every cell of `to` (columns). */
export function cellSimilarities(from: LocalMap, to: LocalMap): Float32Array {
  const rows = from.columns * from.rows;
  const columns = to.columns * to.rows;
  const { dimensions } = from;
  const out = new Float32Array(rows * columns);
  const unit = 1 / (LOCAL_SCALE * LOCAL_SCALE);
  // One row widened to 32 bits: the inner loop then mixes no array kinds on its left side.
  const row = new Int32Array(dimensions);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < dimensions; d++) row[d] = from.data[i * dimensions + d]!;
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      const at = j * dimensions;
      for (let d = 0; d < dimensions; d++) sum += row[d]! * to.data[at + d]!;
      out[i * columns + j] = sum * unit;
    }
  }
  return out;
}

/** Mutual nearest neighbours between two maps whose grids lie over `fromBox` and `toBox` of their pictures. */
export function mutualNeighbours(from: LocalMap, fromBox: Box, to: LocalMap, toBox: Box): Correspondence[] {
  const similarities = cellSimilarities(from, to);
  const rows = from.columns * from.rows;
  const columns = to.columns * to.rows;
  const bestOfColumn = new Int32Array(columns);
  for (let j = 0; j < columns; j++) {
    let best = 0;
    for (let i = 1; i < rows; i++) {
      if (similarities[i * columns + j]! > similarities[best * columns + j]!) best = i;
    }
    bestOfColumn[j] = best;
  }
  const out: Correspondence[] = [];
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let j = 1; j < columns; j++) {
      if (similarities[i * columns + j]! > similarities[i * columns + best]!) best = j;
    }
    const weight = similarities[i * columns + best]!;
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
