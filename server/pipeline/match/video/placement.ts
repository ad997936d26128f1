import type { Box } from '../../../domain/media.ts';
import type { Gray } from './gray.ts';
import { GRID_CELLS, makeDescriber } from './grid.ts';

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

// One pair is compared at a time.
const OF_QUERY = new Float32Array(GRID_CELLS);
const OF_WORK = new Float32Array(GRID_CELLS);

/** How alike a query's frame and a work's frame are under a placement, −1…1. */
export function similarityUnder(placement: Placement, query: Gray, work: Gray): number {
  const boxes = sharedBoxes(placement);
  if (!boxes) return -1;
  const a = describe(query, boxes.query, false, OF_QUERY);
  const b = describe(work, boxes.work, placement.mirrored, OF_WORK);
  let sum = 0;
  for (let i = 0; i < GRID_CELLS; i++) sum += a[i]! * b[i]!;
  return sum;
}

// The work of an inset and the query of a crop are seen whole, under every placement that is tried.
const OF_WHOLE = [new WeakMap<Gray['data'], Float32Array>(), new WeakMap<Gray['data'], Float32Array>()];

/** The descriptor of a box of a picture; in `out`, unless the box is the whole picture. */
function describe(picture: Gray, box: Box, mirrored: boolean, out: Float32Array): Float32Array {
  const { data } = picture;
  const isWhole = isNear(box.x, 0) && isNear(box.y, 0) && isNear(box.width, 1) && isNear(box.height, 1);
  const known = isWhole ? OF_WHOLE[mirrored ? 1 : 0]! : null;
  const before = known?.get(data);
  if (before) return before;
  const into = known ? new Float32Array(GRID_CELLS) : out;
  makeDescriber(picture, isWhole ? WHOLE : box, mirrored)(data, into, 0);
  known?.set(data, into);
  return into;
}

const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };

/** What rounding leaves of numbers that are equal. */
function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-9;
}
