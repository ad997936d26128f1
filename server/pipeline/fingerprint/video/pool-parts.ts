import type { Vector } from '../../../domain/fingerprint.ts';
import type { Box } from '../../../domain/media.ts';
import type { Head } from '../embedder.ts';
import { FEATURE_CELLS } from '../embedder.ts';
import { projectExactly } from '../project.ts';
import { poolCells } from '../vector.ts';

const GRID = Math.sqrt(FEATURE_CELLS);

/** Corners, middle and halves of a frame, in cells of the feature map: where insets and split screens stand. */
const PARTS = [
  { column: 0, row: 0, columns: 3, rows: 3 },
  { column: 3, row: 0, columns: 3, rows: 3 },
  { column: 0, row: 3, columns: 3, rows: 3 },
  { column: 3, row: 3, columns: 3, rows: 3 },
  { column: 1, row: 1, columns: 4, rows: 4 },
  { column: 0, row: 0, columns: 3, rows: 6 },
  { column: 3, row: 0, columns: 3, rows: 6 },
] as const;

const CELLS = PARTS.map(({ column, row, columns, rows }) =>
  Array.from(
    { length: columns * rows },
    (_, i) => (row + Math.floor(i / columns)) * GRID + column + (i % columns),
  ),
);
const BOXES = PARTS.map(({ column, row, columns, rows }) => ({
  x: column / GRID,
  y: row / GRID,
  width: columns / GRID,
  height: rows / GRID,
}));

/**
 * Vectors of parts of a picture out of one run of the network: the model is trained so that features pooled over
 * some of the cells compare with those of a whole picture. Boxes are in fractions of what the network saw.
 */
export function poolParts(features: Uint8Array, head: Head): { box: Box; vector: Vector }[] {
  const projected = projectExactly(poolCells(features, CELLS), head);
  return projected.map(({ vector }, i) => ({ box: BOXES[i]!, vector }));
}
