import { BLOCK, STEP } from './sketch-structure.ts';

/** A block that was found again, and how far from where the picture as a whole has moved it, in pixels of the sketch. */
export interface StrayBlock {
  /** Middle of the block, in pixels of the sketch. */
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/** A block farther off than this, in pixels of the sketch, is a mistake, not a movement. */
export const FARTHEST_STRAY = 2.5;
/** Fewer pairs of neighbours say nothing. */
const LEAST_PAIRS = 12;
/** Distance of blocks that lie side by side and share no pixel. */
const APART = Math.ceil(BLOCK / STEP) * STEP;

/**
 * How far blocks have strayed together with their neighbours, in pixels: the root of the mean product of the strays of blocks that lie side
 * by side without overlap. Noise, mosaic and compression put every block off on its own, and such products cancel out. Things that stand
 * at other distances from the camera move as wholes between two shots of a scene, and their blocks agree on it. 0 when too few
 * blocks have a neighbour.
 */
export function sharedStray(blocks: readonly StrayBlock[]): number {
  const key = (x: number, y: number) => x * 65_536 + y;
  const limited = new Map<number, { dx: number; dy: number }>();
  for (const { x, y, dx, dy } of blocks) {
    const shrink = Math.min(1, FARTHEST_STRAY / Math.max(1e-9, Math.hypot(dx, dy)));
    limited.set(key(x, y), { dx: dx * shrink, dy: dy * shrink });
  }
  let sum = 0;
  let pairs = 0;
  for (const { x, y } of blocks) {
    const own = limited.get(key(x, y))!;
    for (const other of [limited.get(key(x + APART, y)), limited.get(key(x, y + APART))]) {
      if (!other) continue;
      sum += own.dx * other.dx + own.dy * other.dy;
      pairs++;
    }
  }
  return pairs < LEAST_PAIRS ? 0 : Math.sqrt(Math.max(0, sum / pairs));
}
