import type { Box } from '../../../domain/media.ts';
import type { Gray } from './gray.ts';
import { areaMean } from './gray.ts';

/**
 * Where the work's picture lies in the query's, in fractions: x = scaleX · u + left, y = scaleY · v + top, with
 * u turned to 1 − u when mirrored. Values outside 0…1 are cropped away.
 */
export interface Placement {
  readonly scaleX: number;
  readonly left: number;
  readonly scaleY: number;
  readonly top: number;
  readonly mirrored: boolean;
}

export const FULL: Placement = { scaleX: 1, left: 0, scaleY: 1, top: 0, mirrored: false };

/** Cells a frame is compared in. */
export const GRID_COLUMNS = 24;
export const GRID_ROWS = 16;
export const GRID_CELLS = GRID_COLUMNS * GRID_ROWS;
/** Local mean that is taken off: light and large shapes are alike in pictures that are no copies. */
const RADIUS = 2;

/** The part of the query that shows the work, and the part of the work that is shown (before mirroring). */
export function sharedBoxes(placement: Placement): { query: Box; work: Box } | null {
  const { scaleX, left, scaleY, top, mirrored } = placement;
  const x0 = Math.max(0, left);
  const x1 = Math.min(1, left + scaleX);
  const y0 = Math.max(0, top);
  const y1 = Math.min(1, top + scaleY);
  if (x1 - x0 < 0.08 || y1 - y0 < 0.08) return null;
  const u0 = (x0 - left) / scaleX;
  const u1 = (x1 - left) / scaleX;
  const width = u1 - u0;
  return {
    query: { x: x0, y: y0, width: x1 - x0, height: y1 - y0 },
    work: { x: mirrored ? 1 - u1 : u0, y: (y0 - top) / scaleY, width, height: (y1 - y0) / scaleY },
  };
}

/** Descriptor of a box of a frame: grid of means, local mean removed, length 1 (0 when it is flat). */
export function describe(image: Gray, box: Box, mirrored: boolean, out: Float32Array): void {
  const means = new Float32Array(GRID_CELLS);
  const width = (box.width * image.width) / GRID_COLUMNS;
  const height = (box.height * image.height) / GRID_ROWS;
  for (let row = 0; row < GRID_ROWS; row++) {
    const y = box.y * image.height + row * height;
    for (let column = 0; column < GRID_COLUMNS; column++) {
      const x = box.x * image.width + (mirrored ? GRID_COLUMNS - 1 - column : column) * width;
      means[row * GRID_COLUMNS + column] = areaMean(image, x, y, x + width, y + height);
    }
  }
  const local = boxMeans(means);
  let squares = 0;
  for (let i = 0; i < GRID_CELLS; i++) {
    const value = means[i]! - local[i]!;
    out[i] = value;
    squares += value * value;
  }
  // Less than a grey level of structure is noise.
  const length = Math.sqrt(squares);
  const factor = length > 0.7 * Math.sqrt(GRID_CELLS) ? 1 / length : 0;
  for (let i = 0; i < GRID_CELLS; i++) out[i] = out[i]! * factor;
}

/** Mean of the cells around every cell, along rows and then along columns; fewer at the edges. */
function boxMeans(means: Float32Array): Float32Array {
  const along = new Float32Array(GRID_CELLS);
  const out = new Float32Array(GRID_CELLS);
  slide(means, along, GRID_ROWS, GRID_COLUMNS, GRID_COLUMNS, 1);
  slide(along, out, GRID_COLUMNS, GRID_ROWS, 1, GRID_COLUMNS);
  return out;
}

function slide(
  from: Float32Array,
  to: Float32Array,
  lines: number,
  length: number,
  line: number,
  step: number,
): void {
  for (let l = 0; l < lines; l++) {
    let sum = 0;
    for (let i = 0; i < Math.min(RADIUS, length); i++) sum += from[l * line + i * step]!;
    for (let i = 0; i < length; i++) {
      if (i + RADIUS < length) sum += from[l * line + (i + RADIUS) * step]!;
      if (i - RADIUS > 0) sum -= from[l * line + (i - RADIUS - 1) * step]!;
      const count = Math.min(length - 1, i + RADIUS) - Math.max(0, i - RADIUS) + 1;
      to[l * line + i * step] = sum / count;
    }
  }
}

/** How alike a query's frame and a work's frame are under a placement, −1…1. */
export function similarityUnder(placement: Placement, query: Gray, work: Gray): number {
  const boxes = sharedBoxes(placement);
  if (!boxes) return -1;
  const a = new Float32Array(GRID_CELLS);
  const b = new Float32Array(GRID_CELLS);
  describe(query, boxes.query, false, a);
  describe(work, boxes.work, placement.mirrored, b);
  let sum = 0;
  for (let i = 0; i < GRID_CELLS; i++) sum += a[i]! * b[i]!;
  return sum;
}
