import type { AffineTransform } from '../../domain/match.ts';
import type { PointPair } from './affine.ts';
import { applyAffine, fitAffine, stretches } from './affine.ts';

/** What agrees on one transform. */
export interface Consensus {
  readonly transform: AffineTransform;
  readonly inliers: readonly PointPair[];
  /** Sum of the inliers' weights. */
  readonly score: number;
}

/** How places are compared: a cell of the source and of the target, in fractions of their pictures. */
export interface Tolerance {
  readonly fromCell: { readonly width: number; readonly height: number };
  readonly toCell: { readonly width: number; readonly height: number };
}

const SAMPLES = 1500;
/** Residual allowed, in cells: half a cell of rounding on each side, and what the network's stride blurs. */
const CELLS = 1.1;
/** Copies are seldom enlarged or reduced more than this between two windows, in cells. */
const MAX_STRETCH = 4;
const MIN_STRETCH = 0.22;
const MAX_ANISOTROPY = 2.6;

/**
 * The affine transform (mirrors included) that most pairs agree on: RANSAC over triples and over axis-parallel
 * pairs, then least squares over its inliers, twice. Works in cells, so the pictures' shapes do not matter.
 * Deterministic: the samples depend on nothing but the number of pairs. Null below three agreeing pairs.
 */
export function findConsensus(pairs: readonly PointPair[], tolerance: Tolerance): Consensus | null {
  if (pairs.length < 3) return null;
  const cells = pairs.map((pair) => inCells(pair, tolerance));
  const columns = inColumns(cells);
  const random = makeRandom(pairs.length);
  let best: { transform: AffineTransform; score: number } | null = null;
  const consider = (transform: AffineTransform | null) => {
    if (!transform || !isPlausible(transform)) return;
    const score = scoreOf(columns, transform, best?.score);
    if (!best || score > best.score) best = { transform, score };
  };
  for (let k = 0; k < SAMPLES; k++) {
    const a = cells[random(cells.length)]!;
    const b = cells[random(cells.length)]!;
    const c = cells[random(cells.length)]!;
    if (a === b || b === c || a === c) continue;
    if (k % 3 === 0) {
      consider(alongAxes(a, b, false));
      consider(alongAxes(a, b, true));
    } else consider(throughThree(a, b, c));
  }
  return best && settle(pairs, cells, columns, (best as { transform: AffineTransform }).transform, tolerance);
}

/** The best of some given transforms, fitted to the pairs that agree with it; null below three agreeing pairs. */
export function bestOfSeeds(
  pairs: readonly PointPair[],
  seeds: readonly AffineTransform[],
  tolerance: Tolerance,
): Consensus | null {
  const cells = pairs.map((pair) => inCells(pair, tolerance));
  const columns = inColumns(cells);
  let best: Consensus | null = null;
  for (const seed of seeds) {
    const found = settle(pairs, cells, columns, transformInCells(seed, tolerance), tolerance);
    if (found && (!best || found.score > best.score)) best = found;
  }
  return best;
}

/** Fits a transform to its inliers, three times, and tells who they are. */
function settle(
  pairs: readonly PointPair[],
  cells: readonly PointPair[],
  columns: Columns,
  start: AffineTransform,
  tolerance: Tolerance,
): Consensus | null {
  let transform = start;
  for (let round = 0; round < 3; round++) {
    const refined = fitAffine(
      cells.filter((pair) => isInlier(pair, transform)),
      transform,
    );
    if (!refined || !isPlausible(refined) || scoreOf(columns, refined) < 0.9 * scoreOf(columns, transform))
      break;
    transform = refined;
  }
  const inliers = pairs.filter((_, i) => isInlier(cells[i]!, transform));
  if (inliers.length < 3) return null;
  return { transform: outOfCells(transform, tolerance), inliers, score: scoreOf(columns, transform) };
}

function inCells(pair: PointPair, { fromCell, toCell }: Tolerance): PointPair {
  return {
    from: { x: pair.from.x / fromCell.width, y: pair.from.y / fromCell.height },
    to: { x: pair.to.x / toCell.width, y: pair.to.y / toCell.height },
    weight: pair.weight,
  };
}

function outOfCells(t: AffineTransform, { fromCell, toCell }: Tolerance): AffineTransform {
  return {
    a: (t.a * toCell.width) / fromCell.width,
    b: (t.b * toCell.width) / fromCell.height,
    c: t.c * toCell.width,
    d: (t.d * toCell.height) / fromCell.width,
    e: (t.e * toCell.height) / fromCell.height,
    f: t.f * toCell.height,
  };
}

function transformInCells(t: AffineTransform, { fromCell, toCell }: Tolerance): AffineTransform {
  return {
    a: (t.a * fromCell.width) / toCell.width,
    b: (t.b * fromCell.height) / toCell.width,
    c: t.c / toCell.width,
    d: (t.d * fromCell.width) / toCell.height,
    e: (t.e * fromCell.height) / toCell.height,
    f: t.f / toCell.height,
  };
}

function isPlausible(t: AffineTransform): boolean {
  const { least, most } = stretches(t);
  return least > MIN_STRETCH && most < MAX_STRETCH && most < MAX_ANISOTROPY * least;
}

function residual(pair: PointPair, t: AffineTransform): number {
  const p = applyAffine(t, pair.from);
  return Math.sqrt((p.x - pair.to.x) ** 2 + (p.y - pair.to.y) ** 2);
}

/** Enlarging also enlarges the half cell by which the source is known. */
function allowance(t: AffineTransform): number {
  return CELLS * Math.max(1, Math.sqrt(Math.abs(t.a * t.e - t.b * t.d)));
}

function isInlier(pair: PointPair, t: AffineTransform): boolean {
  return residual(pair, t) < allowance(t);
}

/** Pairs laid out for the one loop that runs for every sample. */
interface Columns {
  readonly fromX: Float64Array;
  readonly fromY: Float64Array;
  readonly toX: Float64Array;
  readonly toY: Float64Array;
  readonly weights: Float64Array;
  /** What this pair and all that follow weigh. */
  readonly left: Float64Array;
}

function inColumns(pairs: readonly PointPair[]): Columns {
  const weights = Float64Array.from(pairs, (pair) => pair.weight);
  const left = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) left[i] = weights[i]! + (left[i + 1] ?? 0);
  return {
    fromX: Float64Array.from(pairs, (pair) => pair.from.x),
    fromY: Float64Array.from(pairs, (pair) => pair.from.y),
    toX: Float64Array.from(pairs, (pair) => pair.to.x),
    toY: Float64Array.from(pairs, (pair) => pair.to.y),
    weights,
    left,
  };
}

/** Far more than rounding can add to a sum of some hundred weights: what is given up would really have been less. */
const ROUNDING = 1e-9;

/** Weight of the pairs that agree, less for those farther off. Gives up, with less than `beat`, when `beat` is out of reach. */
function scoreOf(columns: Columns, t: AffineTransform, beat = Number.NEGATIVE_INFINITY): number {
  const { fromX, fromY, toX, toY, weights, left } = columns;
  const { a, b, c, d, e, f } = t;
  const allowed = allowance(t);
  const farthest = allowed * allowed * (1 + ROUNDING);
  let score = 0;
  for (let i = 0; i < weights.length; i++) {
    if (score + left[i]! + ROUNDING < beat) return score;
    const x = a * fromX[i]! + b * fromY[i]! + c - toX[i]!;
    const y = d * fromX[i]! + e * fromY[i]! + f - toY[i]!;
    const square = x * x + y * y;
    if (square > farthest) continue;
    const off = Math.sqrt(square) / allowed;
    if (off < 1) score += weights[i]! * (1 - 0.5 * off * off);
  }
  return score;
}

/** Stretch and shift along the axes (turned by 90° when `swapped`), mirrors included, through two pairs. */
function alongAxes(a: PointPair, b: PointPair, swapped: boolean): AffineTransform | null {
  const dx = swapped ? b.from.y - a.from.y : b.from.x - a.from.x;
  const dy = swapped ? b.from.x - a.from.x : b.from.y - a.from.y;
  if (Math.abs(dx) < 2 || Math.abs(dy) < 2) return null;
  const sx = (b.to.x - a.to.x) / dx;
  const sy = (b.to.y - a.to.y) / dy;
  if (swapped) {
    return { a: 0, b: sx, c: a.to.x - sx * a.from.y, d: sy, e: 0, f: a.to.y - sy * a.from.x };
  }
  return { a: sx, b: 0, c: a.to.x - sx * a.from.x, d: 0, e: sy, f: a.to.y - sy * a.from.y };
}

function throughThree(p: PointPair, q: PointPair, r: PointPair): AffineTransform | null {
  const ux = q.from.x - p.from.x;
  const uy = q.from.y - p.from.y;
  const vx = r.from.x - p.from.x;
  const vy = r.from.y - p.from.y;
  const det = ux * vy - uy * vx;
  // A thin triangle of rounded points says nothing about the direction across it.
  if (Math.abs(det) < 3) return null;
  const solve = (du: number, dv: number) => [(du * vy - dv * uy) / det, (dv * ux - du * vx) / det] as const;
  const [a, b] = solve(q.to.x - p.to.x, r.to.x - p.to.x);
  const [d, e] = solve(q.to.y - p.to.y, r.to.y - p.to.y);
  return {
    a,
    b,
    c: p.to.x - a * p.from.x - b * p.from.y,
    d,
    e,
    f: p.to.y - d * p.from.x - e * p.from.y,
  };
}

/** Lehmer's generator (Park and Miller 1988): the same samples on every machine. */
function makeRandom(seed: number): (below: number) => number {
  let state = (seed * 48_271 + 11) % 2_147_483_647;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
