import type { TimeLine } from './fit-line.ts';
import { fitLine, median } from './fit-line.ts';
import type { FrameMatrix } from './frame-matrix.ts';

/** A line through a frame matrix and the query frames that it explains best, `from` to `to` (exclusive). */
export interface LineRun {
  readonly line: TimeLine;
  readonly from: number;
  readonly to: number;
  /** Sum of the evidence above the threshold over the run. */
  readonly score: number;
}

/** Where a line may run. */
export interface LineSearch {
  readonly speeds: readonly number[];
  /** Rows that may be used. */
  readonly free: readonly boolean[];
  /** Evidence a frame must have to speak for a line. */
  readonly threshold: number;
}

/** Rows that one line is tried on; more say nothing more. */
const MAX_ROWS = 90;

/** Speeds from half to double in steps of 3 %, in both directions, the natural one first. */
export const ALL_SPEEDS: readonly number[] = [1, -1].flatMap((sign) => [
  sign,
  ...Array.from({ length: 49 }, (_, i) => sign * 2 ** ((i - 24) / 24)).filter(
    (speed) => Math.abs(speed) !== 1,
  ),
]);

/** The line that explains most: every speed with every offset, then finer around the best. Null when nothing stands out. */
export function searchLine(matrix: FrameMatrix, search: LineSearch): LineRun | null {
  const coarse = bestOf(matrix, search, search.speeds, null);
  if (!coarse) return null;
  const near = [-0.02, -0.01, -0.005, 0, 0.005, 0.01, 0.02].map((d) => coarse.line.speed * (1 + d));
  const fine = bestOf(matrix, search, [coarse.line.speed, ...near], coarse) ?? coarse;
  return settle(matrix, search, fine);
}

function bestOf(
  matrix: FrameMatrix,
  search: LineSearch,
  speeds: readonly number[],
  around: LineRun | null,
): LineRun | null {
  const { workStepMs } = matrix;
  const runAlong = makeRunner(matrix, search);
  // A frame resembles its neighbours: what a whole step finds, half a step sets.
  const stepMs = around ? workStepMs / 2 : workStepMs;
  let best: LineRun | null = null;
  let most = 0;
  for (const speed of speeds) {
    const handicap = speed === 1 ? 1 : speed === -1 ? 0.97 : speed < 0 ? 0.93 : 0.96;
    const [low, high] = offsetRange(matrix, speed, around);
    for (let offsetMs = low; offsetMs <= high; offsetMs += stepMs) {
      const run = runAlong(speed, offsetMs);
      if (handicap * run.score <= most) continue;
      most = handicap * run.score;
      best = { line: { speed, offsetMs }, ...run };
    }
  }
  return best;
}

function offsetRange(matrix: FrameMatrix, speed: number, around: LineRun | null): [number, number] {
  const { queryTimes, workTimes, workStepMs } = matrix;
  if (around) {
    // Turned about the middle of the run.
    const q = (queryTimes[around.from]! + queryTimes[around.to - 1]!) / 2;
    const offset = around.line.speed * q + around.line.offsetMs - speed * q;
    return [offset - 2 * workStepMs, offset + 2 * workStepMs];
  }
  const ends = [speed * queryTimes[0]!, speed * queryTimes.at(-1)!];
  return [workTimes[0]! - Math.max(...ends), workTimes.at(-1)! - Math.min(...ends)];
}

type Run = Omit<LineRun, 'line'>;

/** The stretch of rows with the greatest sum along a line (Kadane). What it gives is overwritten by the next call. */
function makeRunner(
  { queryTimes, workTimes, evidence }: FrameMatrix,
  { free, threshold }: LineSearch,
): (speed: number, offsetMs: number) => Run {
  const columns = workTimes.length;
  const rows = queryTimes.length;
  const stride = Math.max(1, Math.ceil(rows / MAX_ROWS));
  const { table, firstMs, fromMs, toMs } = makeTable(workTimes);
  const best = { from: 0, to: 0, score: 0 };
  return (speed, offsetMs) => {
    best.score = 0;
    let sum = 0;
    let from = 0;
    for (let i = 0; i < rows; i += stride) {
      const time = speed * queryTimes[i]! + offsetMs;
      // Outside the work nothing can be copied; that costs as much as a picture that is not alike.
      let gain = -threshold;
      if (free[i] && time >= fromMs && time <= toMs) {
        gain += evidence[i * columns + table[placeIn(table, time - firstMs)]!]!;
      }
      sum += gain * stride;
      if (sum <= 0) {
        sum = 0;
        from = i + stride;
      } else if (sum > best.score) {
        best.from = from;
        best.to = Math.min(rows, i + stride);
        best.score = sum;
      }
    }
    return best;
  };
}

const TABLE_STEP_MS = 4;

/** The frame shown at every fourth millisecond, from `firstMs` on; there is one from `fromMs` to `toMs`. */
function makeTable(times: Float64Array) {
  const first = times[0]!;
  const last = times.at(-1)!;
  const table = new Int32Array(Math.ceil((last - first) / TABLE_STEP_MS) + 2);
  for (let k = 0, i = 0; k < table.length; k++) {
    const time = first + k * TABLE_STEP_MS;
    while (i + 1 < times.length && Math.abs(times[i + 1]! - time) <= Math.abs(times[i]! - time)) i++;
    table[k] = i;
  }
  const slack = times.length > 1 ? (last - first) / (times.length - 1) : 40;
  return { table, firstMs: first, fromMs: first - slack / 2, toMs: last + slack / 2 };
}

function placeIn({ length }: Int32Array, timeMs: number): number {
  return Math.min(length - 1, Math.max(0, Math.round(timeMs / TABLE_STEP_MS)));
}

/** Index of the frame shown at a time, −1 outside. */
export function makeLookUp(times: Float64Array): (timeMs: number) => number {
  const { table, firstMs, fromMs, toMs } = makeTable(times);
  return (timeMs) => (timeMs < fromMs || timeMs > toMs ? -1 : table[placeIn(table, timeMs - firstMs)]!);
}

/**
 * Sets speed and offset exactly: for every frame of the run the best partner near the line, between frames by a
 * parabola, weighted by how clearly it is the best; then a robust line. Natural speed is taken where it is as good.
 */
function settle(matrix: FrameMatrix, search: LineSearch, run: LineRun): LineRun {
  const { queryTimes, workTimes, evidence, workStepMs, queryStepMs } = matrix;
  const columns = workTimes.length;
  const lookUp = makeLookUp(workTimes);
  const reach = 4;
  const pairs = [];
  for (let i = run.from; i < run.to; i++) {
    const centre = lookUp(run.line.speed * queryTimes[i]! + run.line.offsetMs);
    if (centre < 0) continue;
    const from = Math.max(0, centre - reach);
    const to = Math.min(columns - 1, centre + reach);
    let best = from;
    let least = Number.POSITIVE_INFINITY;
    for (let j = from; j <= to; j++) {
      const value = evidence[i * columns + j]!;
      if (value > evidence[i * columns + best]!) best = j;
      least = Math.min(least, value);
    }
    const contrast = evidence[i * columns + best]! - least;
    if (evidence[i * columns + best]! < search.threshold || best === from || best === to) continue;
    const before = evidence[i * columns + best - 1]!;
    const after = evidence[i * columns + best + 1]!;
    const bend = before + after - 2 * evidence[i * columns + best]!;
    const between = bend < 0 ? (before - after) / (2 * bend) : 0;
    pairs.push({
      queryMs: queryTimes[i]!,
      workMs: workTimes[best]! + Math.max(-0.5, Math.min(0.5, between)) * workStepMs,
      weight: contrast * contrast,
    });
  }
  if (pairs.length < 4) return run;
  const fitted = fitLine(pairs, run.line, workStepMs) ?? run.line;
  const lengthMs = queryTimes[run.to - 1]! - queryTimes[run.from]!;
  const sign = Math.sign(fitted.speed);
  // Over the whole run natural speed is off by less than a frame (or 2 %, where the run is short).
  const drift = Math.abs(Math.abs(fitted.speed) - 1);
  if (drift * lengthMs < 1.2 * Math.max(workStepMs, queryStepMs) || drift < 0.004) {
    const clear = pairs.toSorted((a, b) => b.weight - a.weight).slice(0, Math.ceil(pairs.length / 2));
    return withLine(run, { speed: sign, offsetMs: median(clear.map((p) => p.workMs - sign * p.queryMs)) });
  }
  const usable = Math.abs(fitted.speed / run.line.speed - 1) < 0.06;
  const set = usable ? withLine(run, fitted) : run;
  return drift < NEARLY_NATURAL ? asNatural(matrix, search, set) : set;
}

/** Nobody slows a film down by so little; in scenes that hardly move lines of such speeds are as good as the natural one. */
const NEARLY_NATURAL = 0.03;
/** … which must explain so much of what the other does. */
const AS_GOOD = 0.985;

/** The line of natural speed about the middle of a run, where that says as much; else the run as it is. */
function asNatural(matrix: FrameMatrix, search: LineSearch, run: LineRun): LineRun {
  const { queryTimes, workStepMs } = matrix;
  const { speed, offsetMs } = run.line;
  const runAlong = makeRunner(matrix, search);
  const least = AS_GOOD * runAlong(speed, offsetMs).score;
  const sign = Math.sign(speed);
  const middleMs = (queryTimes[run.from]! + queryTimes[run.to - 1]!) / 2;
  const aboutMs = (speed - sign) * middleMs + offsetMs;
  let best: LineRun | null = null;
  for (let half = -8; half <= 8; half++) {
    const natural = { speed: sign, offsetMs: aboutMs + (half / 2) * workStepMs };
    const along = runAlong(natural.speed, natural.offsetMs);
    if (along.score >= Math.max(least, best?.score ?? 0)) best = { line: natural, ...along };
  }
  return best ?? run;
}

function withLine(run: LineRun, line: TimeLine): LineRun {
  return { ...run, line };
}
