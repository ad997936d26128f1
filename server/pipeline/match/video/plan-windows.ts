import type { PathPoint } from './temporal-network.ts';

/** A stretch on both sides to compare frame by frame, and the paths that run through it. */
export interface Window {
  readonly queryMs: readonly [number, number];
  readonly workMs: readonly [number, number];
  readonly paths: readonly (readonly PathPoint[])[];
  /** Bound on the query's frames; the work may have twice as many. */
  readonly maxFrames: number;
}

/** Videos up to this length are compared whole: every path then competes for every frame. */
const WHOLE_QUERY_MS = 40_000;
const WHOLE_WORK_MS = 60_000;
const MARGIN_MS = 4_000;
/** A long path is only looked at where it begins and ends. */
const LONG_MS = 30_000;
const END_MS = 10_000;
const MAX_FRAMES = 2_400;

/** Which stretches to decode at full rate: the whole of short videos, else around each path (or its two ends). */
export function planWindows(
  paths: readonly (readonly PathPoint[])[],
  queryLengthMs: number,
  workLengthMs: number,
): Window[] {
  if (queryLengthMs <= WHOLE_QUERY_MS && workLengthMs <= WHOLE_WORK_MS) {
    const queryMs: [number, number] = [0, queryLengthMs + 1_000];
    return [{ queryMs, workMs: [0, workLengthMs + 1_000], paths, maxFrames: MAX_FRAMES }];
  }
  return paths.flatMap((path) => {
    const lengthMs = path.at(-1)!.queryMs - path[0]!.queryMs;
    if (lengthMs <= LONG_MS) return [around(path)];
    const start = path.filter(({ queryMs }) => queryMs <= path[0]!.queryMs + END_MS);
    const end = path.filter(({ queryMs }) => queryMs >= path.at(-1)!.queryMs - END_MS);
    return [around(start), around(end)];
  });
}

function around(path: readonly PathPoint[]): Window {
  const span = (times: readonly number[], margin: number): [number, number] => [
    Math.max(0, Math.min(...times) - margin),
    Math.max(...times) + margin,
  ];
  return {
    queryMs: span(
      path.map(({ queryMs }) => queryMs),
      MARGIN_MS,
    ),
    workMs: span(
      path.map(({ workMs }) => workMs),
      2 * MARGIN_MS,
    ),
    paths: [path],
    maxFrames: MAX_FRAMES,
  };
}
