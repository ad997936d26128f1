import { lineOfPath, type TimeLine } from './fit-line.ts';
import type { PathPoint } from './temporal-network.ts';
import type { Track } from './track.ts';

/** A stretch on both sides to compare frame by frame, and the paths that run through it. */
export interface Window {
  readonly queryMs: readonly [number, number];
  readonly workMs: readonly [number, number];
  readonly paths: readonly (readonly PathPoint[])[];
  /** Bound on the query's frames; the work may have twice as many. */
  readonly maxFrames: number;
}

type Span = readonly [number, number];

/** Videos up to this length are compared whole: every path then competes for every frame. */
const WHOLE_QUERY_MS = 40_000;
const WHOLE_WORK_MS = 60_000;
/**
 * Beyond the last point of a path a copy goes on to the next sample at most, which is far where the rest of a shot was passed
 * over; before the first one that far only where the shot began before. Looked at is so much more, but no more in all than …
 */
const BEYOND_SAMPLE_MS = 750;
const MAX_BEFORE_MS = 3_000;
const MAX_AFTER_MS = 7_000;
/** A longer path is only looked at where it begins and ends, so far into it. */
const LONG_MS = 10_000;
const END_MS = 3_500;
/** A line through many points is known to about a stretch. */
const LINE_SLACK_MS = 1_500;
const MAX_FRAMES = 2_400;

/** Whether two videos are so short that everything is compared with everything. */
export function isWhole(queryLengthMs: number, workLengthMs: number): boolean {
  return queryLengthMs <= WHOLE_QUERY_MS && workLengthMs <= WHOLE_WORK_MS;
}

/** All of two short videos. */
export function wholeWindow(
  paths: readonly (readonly PathPoint[])[],
  queryLengthMs: number,
  workLengthMs: number,
): Window {
  const [queryMs, workMs] = [queryLengthMs, workLengthMs].map((length): Span => [0, length + 1_000]);
  return { queryMs: queryMs!, workMs: workMs!, paths, maxFrames: MAX_FRAMES };
}

/** Where samples stand on both sides of a path. */
export interface Samples {
  readonly query: Pick<Track, 'durationMs' | 'spans'>;
  /** Usual time between those of the work. */
  readonly workStepMs: number;
}

/** Which stretches to decode at full rate for a path: around it, or around its two ends. */
export function planWindows(path: readonly PathPoint[], samples: Samples): Window[] {
  const [first, last] = [path[0]!, path.at(-1)!];
  const [before, after] = marginsOf(first.queryMs, last.queryMs, samples);
  const line = last.queryMs - first.queryMs > LONG_MS ? lineOfPath(path) : null;
  if (!line) return [around(path, before, after)];
  return [
    windowOn(line, path, [first.queryMs - before, first.queryMs + END_MS]),
    windowOn(line, path, [last.queryMs - END_MS, last.queryMs + after]),
  ];
}

/** How far to look before the first point of a path, and after the last: not before the query, nor far beyond it. */
function marginsOf(firstMs: number, lastMs: number, { query, workStepMs }: Samples): [number, number] {
  const leftMs = Math.max(0, query.durationMs - lastMs);
  let [before, after] = [firstMs, leftMs];
  for (const { startMs } of query.spans) {
    if (startMs < firstMs) before = Math.min(before, firstMs - startMs);
    if (startMs > lastMs) after = Math.min(after, startMs - lastMs);
  }
  const margin = (gapMs: number, mostMs: number) =>
    Math.min(mostMs, Math.max(gapMs, workStepMs) + BEYOND_SAMPLE_MS);
  return [
    Math.min(firstMs, margin(before, MAX_BEFORE_MS)),
    Math.min(leftMs + BEYOND_END_MS, margin(after, MAX_AFTER_MS)),
  ];
}

/** Frames may stand a little beyond the length that is known of a film. */
const BEYOND_END_MS = 500;

/** In the middle between two stretches of a path that were looked at. */
export function windowBetween(path: readonly PathPoint[], fromMs: number, toMs: number): Window | null {
  const middle = (fromMs + toMs) / 2;
  const reach = Math.min(END_MS, (toMs - fromMs) / 2 + 500);
  const line = lineOfPath(path);
  const window = line && windowOn(line, path, [middle - reach, middle + reach]);
  return window && window.paths[0]!.length > 0 ? window : null;
}

function windowOn(line: TimeLine, path: readonly PathPoint[], queryMs: Span): Window {
  const points = path.filter((point) => point.queryMs >= queryMs[0] && point.queryMs <= queryMs[1]);
  const times = [
    ...queryMs.map((time) => line.speed * time + line.offsetMs),
    ...points.map(({ workMs }) => workMs),
  ];
  const workMs: Span = [Math.max(0, Math.min(...times) - LINE_SLACK_MS), Math.max(...times) + LINE_SLACK_MS];
  return { queryMs, workMs, paths: [points], maxFrames: MAX_FRAMES };
}

function around(path: readonly PathPoint[], before: number, after: number): Window {
  const queryTimes = path.map(({ queryMs }) => queryMs);
  const workTimes = path.map(({ workMs }) => workMs);
  // The work's points are as coarse, its speed may be double, and it may run backwards.
  const reach = 2 * Math.max(before, after) + LINE_SLACK_MS;
  return {
    queryMs: [Math.min(...queryTimes) - before, Math.max(...queryTimes) + after],
    workMs: [Math.max(0, Math.min(...workTimes) - reach), Math.max(...workTimes) + reach],
    paths: [path],
    maxFrames: MAX_FRAMES,
  };
}

/** A run that a window found; `AlignedRun` is one. */
export interface FoundRun {
  readonly queryMs: Span;
  readonly workMs: Span;
  readonly speed: number;
}

const TOUCH_MS = 250;
const REACH_MS = 8_000;
const HOLD_MS = 3_000;

/** Whether a run goes to the begin (or the end) of the window that it was found in. */
export function touches(window: Window, run: FoundRun, side: 'begin' | 'end'): boolean {
  return side === 'begin'
    ? run.queryMs[0] - window.queryMs[0] < TOUCH_MS
    : window.queryMs[1] - run.queryMs[1] < TOUCH_MS;
}

/** Where to look on when a run reaches the edge of its window: eight seconds further out, along its line. */
export function windowBeyond(
  window: Window,
  run: FoundRun,
  side: 'begin' | 'end',
  queryLengthMs: number,
): Window | null {
  const [start, end] = run.queryMs;
  const isAtEdge = side === 'begin' ? window.queryMs[0] <= 0 : window.queryMs[1] >= queryLengthMs;
  if (isAtEdge || !touches(window, run, side)) return null;
  const hold = Math.min(HOLD_MS, end - start);
  const held: Span = side === 'begin' ? [start, start + hold] : [end - hold, end];
  const queryMs: Span =
    side === 'begin'
      ? [Math.max(0, start - REACH_MS), held[1]]
      : [held[0], Math.min(queryLengthMs, end + REACH_MS)];
  return windowAlong(run, queryMs, held);
}

/** Looked at on both sides of a stretch within a run. */
const ACROSS_MS = 2_000;

/** Where to look whether a run goes on through a stretch of itself: that, and some of the run on both sides. */
export function windowAcross(run: FoundRun, [fromMs, toMs]: Span): Window {
  const [start, end] = run.queryMs;
  const queryMs: Span = [Math.max(start, fromMs - ACROSS_MS), Math.min(end, toMs + ACROSS_MS)];
  const isBeforeLonger = fromMs - queryMs[0] >= queryMs[1] - toMs;
  return windowAlong(run, queryMs, isBeforeLonger ? [queryMs[0], fromMs] : [toMs, queryMs[1]]);
}

const ALONG_SLACK_MS = 2_000;

/** Along the line of a run; `held` surely shows the work. */
function windowAlong(run: FoundRun, queryMs: Span, held: Span): Window {
  const at = (time: number) => run.workMs[run.speed > 0 ? 0 : 1] + run.speed * (time - run.queryMs[0]);
  const path = [0.15, 0.5, 0.85].map((share) => {
    const time = held[0] + share * (held[1] - held[0]);
    return { queryMs: time, workMs: at(time), similarity: 1 };
  });
  const ends = queryMs.map(at).toSorted((a, b) => a - b);
  const workMs: Span = [Math.max(0, ends[0]! - ALONG_SLACK_MS), ends[1]! + ALONG_SLACK_MS];
  return { queryMs, workMs, paths: [path], maxFrames: MAX_FRAMES };
}
