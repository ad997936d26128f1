import type { PathPoint } from './temporal-network.ts';

/** work time = speed · query time + offset. */
export interface TimeLine {
  readonly speed: number;
  readonly offsetMs: number;
}

/** A pair of times believed to show the same. */
export interface TimePair {
  readonly queryMs: number;
  readonly workMs: number;
  readonly weight: number;
}

/**
 * Robust line through pairs: iterated least squares, pairs far off weigh less (Cauchy). `toleranceMs` is what
 * counts as off. Null without two different query times.
 */
export function fitLine(
  pairs: readonly TimePair[],
  start: TimeLine | null,
  toleranceMs: number,
): TimeLine | null {
  let line = start;
  for (let round = 0; round < 8; round++) {
    let weights = 0;
    let qs = 0;
    let rs = 0;
    const weighted = pairs.map((pair) => {
      const off = line ? (pair.workMs - line.speed * pair.queryMs - line.offsetMs) / toleranceMs : 0;
      const weight = pair.weight / (1 + off * off);
      weights += weight;
      qs += weight * pair.queryMs;
      rs += weight * pair.workMs;
      return weight;
    });
    if (weights <= 0) return line;
    const q0 = qs / weights;
    const r0 = rs / weights;
    let qq = 0;
    let qr = 0;
    for (const [i, { queryMs, workMs }] of pairs.entries()) {
      qq += weighted[i]! * (queryMs - q0) ** 2;
      qr += weighted[i]! * (queryMs - q0) * (workMs - r0);
    }
    if (qq < 1e-6) return line;
    const speed = qr / qq;
    line = { speed, offsetMs: r0 - speed * q0 };
  }
  return line;
}

/** What the points of a path are usually off their line: vectors stand up to a second apart. */
const PATH_TOLERANCE_MS = 700;

/** The line through a path that the vectors suggest. Null without two different query times. */
export function lineOfPath(path: readonly PathPoint[]): TimeLine | null {
  return fitLine(
    path.map((point) => ({ ...point, weight: point.similarity })),
    null,
    PATH_TOLERANCE_MS,
  );
}

/** Median of numbers; NaN of none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
