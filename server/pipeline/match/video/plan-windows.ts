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

/** A run that a window found; `AlignedRun` is one. */
interface FoundRun {
  readonly queryMs: readonly [number, number];
  readonly workMs: readonly [number, number];
  readonly speed: number;
}

const TOUCH_MS = 250;
const REACH_MS = 8_000;
const HOLD_MS = 3_000;

/** Where to look on when a run reaches the edge of its window: eight seconds further out, along its line. */
export function windowsBeyond(window: Window, run: FoundRun, queryLengthMs: number): Window[] {
  const next: Window[] = [];
  const at = (queryMs: number) =>
    run.speed > 0
      ? run.workMs[0] + run.speed * (queryMs - run.queryMs[0])
      : run.workMs[1] + run.speed * (queryMs - run.queryMs[0]);
  const add = (from: number, to: number, held: readonly [number, number]) => {
    const path = [0.15, 0.5, 0.85].map((share) => {
      const queryMs = held[0] + share * (held[1] - held[0]);
      return { queryMs, workMs: at(queryMs), similarity: 1 };
    });
    const ends = [at(from), at(to)].toSorted((a, b) => a - b);
    const workMs: [number, number] = [Math.max(0, ends[0]! - 2_000), ends[1]! + 2_000];
    next.push({ queryMs: [from, to], workMs, paths: [path], maxFrames: MAX_FRAMES });
  };
  const [start, end] = run.queryMs;
  const hold = Math.min(HOLD_MS, end - start);
  if (window.queryMs[0] > 0 && start - window.queryMs[0] < TOUCH_MS) {
    add(Math.max(0, start - REACH_MS), start + hold, [start, start + hold]);
  }
  if (window.queryMs[1] < queryLengthMs && window.queryMs[1] - end < TOUCH_MS) {
    add(end - hold, Math.min(queryLengthMs, end + REACH_MS), [end - hold, end]);
  }
  return next;
}
