import type { Point } from './affine.ts';

/** A place, how far its content has moved there, and how sure that is. */
export interface Movement {
  readonly at: Point;
  readonly dx: number;
  readonly dy: number;
  readonly weight: number;
}

/** A movement for every place, smooth: quadratic in both coordinates. */
export type SmoothField = (at: Point) => { readonly dx: number; readonly dy: number };

const TERMS = 6;
/** Holds bending back where few places speak for it; relative to the sum of weights. */
const STIFFNESS = 2e-4;
/** Movements farther from the field than this are left out in the second and third round. */
const LIMITS = [3, 1.6] as const;
/** Fewer movements do not determine a bent field. */
const LEAST = 16;

/**
 * The quadratic field that most movements follow: what crop, turn, stretch, perspective and a slight warp of a flat
 * picture do. Least squares, three rounds, each without the outliers of the one before. Places in 0…1, movements in
 * pixels. Null when too few agree.
 */
export function fitSmoothField(movements: readonly Movement[]): SmoothField | null {
  let kept = movements;
  for (let round = 0; ; round++) {
    if (kept.length < LEAST) return null;
    const field = leastSquares(kept);
    const limit = LIMITS[round];
    if (!field || limit === undefined) return field;
    kept = kept.filter(({ at, dx, dy }) => {
      const expected = field(at);
      return Math.hypot(dx - expected.dx, dy - expected.dy) <= limit;
    });
  }
}

function terms({ x, y }: Point): number[] {
  const u = x - 0.5;
  const v = y - 0.5;
  return [1, u, v, u * u, u * v, v * v];
}

function leastSquares(movements: readonly Movement[]): SmoothField | null {
  const matrix = Array.from({ length: TERMS }, () => new Array<number>(TERMS + 2).fill(0));
  let total = 0;
  for (const { at, dx, dy, weight } of movements) {
    const t = terms(at);
    total += weight;
    for (let i = 0; i < TERMS; i++) {
      const row = matrix[i]!;
      for (let j = 0; j < TERMS; j++) row[j] = row[j]! + weight * t[i]! * t[j]!;
      row[TERMS] = row[TERMS]! + weight * t[i]! * dx;
      row[TERMS + 1] = row[TERMS + 1]! + weight * t[i]! * dy;
    }
  }
  for (let i = 3; i < TERMS; i++) matrix[i]![i] = matrix[i]![i]! + STIFFNESS * total;
  if (!eliminate(matrix)) return null;
  const weights = matrix.map((row, i) => ({ x: row[TERMS]! / row[i]!, y: row[TERMS + 1]! / row[i]! }));
  return (at) => {
    const t = terms(at);
    return {
      dx: weights.reduce((sum, w, i) => sum + w.x * t[i]!, 0),
      dy: weights.reduce((sum, w, i) => sum + w.y * t[i]!, 0),
    };
  };
}

/** Gauss–Jordan with pivoting, in place; false when the system is singular. */
function eliminate(matrix: number[][]): boolean {
  for (let i = 0; i < TERMS; i++) {
    let pivot = i;
    for (let r = i + 1; r < TERMS; r++)
      if (Math.abs(matrix[r]![i]!) > Math.abs(matrix[pivot]![i]!)) pivot = r;
    [matrix[i], matrix[pivot]] = [matrix[pivot]!, matrix[i]!];
    if (Math.abs(matrix[i]![i]!) < 1e-12) return false;
    for (let r = 0; r < TERMS; r++) {
      if (r === i) continue;
      const factor = matrix[r]![i]! / matrix[i]![i]!;
      for (let c = i; c < TERMS + 2; c++) matrix[r]![c] = matrix[r]![c]! - factor * matrix[i]![c]!;
    }
  }
  return true;
}
