import { floatProducts } from '../../fingerprint/index.ts';
import { GRID_CELLS, makeDescriber } from './grid.ts';
import { type Placement, sharedBoxes } from './placement.ts';
import type { GrayFrames } from './track.ts';

/** Every frame of a query's stretch against every frame of a work's stretch, under one placement. */
export interface FrameMatrix {
  readonly queryTimes: Float64Array;
  readonly workTimes: Float64Array;
  /** Likeness of the pictures, −1…1, row by row. Says whether the query shows the work at all. */
  readonly presence: Float32Array;
  /** `presence`, and likeness of what moves, half as much. Says which frame it is. */
  readonly evidence: Float32Array;
  /** Usual time between frames. */
  readonly queryStepMs: number;
  readonly workStepMs: number;
}

/** Share of a descriptor that must differ from the mean of all before movement says anything. */
const STILL = 0.06;

/** Compares two stretches frame by frame. `inside` are the query times that surely show the work. */
export function compareFrames(
  query: GrayFrames,
  work: GrayFrames,
  placement: Placement,
  inside: readonly [number, number],
): FrameMatrix | null {
  const boxes = sharedBoxes(placement);
  if (!boxes || query.frames.length === 0 || work.frames.length === 0) return null;
  const rows = query.frames.length;
  const columns = work.frames.length;
  const a = new Float32Array(rows * GRID_CELLS);
  const b = new Float32Array(columns * GRID_CELLS);
  const describeQuery = makeDescriber(query, boxes.query, false);
  for (const [i, { data }] of query.frames.entries()) describeQuery(data, a, i * GRID_CELLS);
  const describeWork = makeDescriber(work, boxes.work, placement.mirrored);
  for (const [j, { data }] of work.frames.entries()) describeWork(data, b, j * GRID_CELLS);
  const presence = floatProducts(a, b, GRID_CELLS);
  const surely = query.frames.flatMap(({ timeMs }, i) =>
    timeMs >= inside[0] && timeMs <= inside[1] ? [i] : [],
  );
  // Where the work's frames are that the query shows, as far as likeness tells: what stands still there is taken off.
  const seen = new Set(surely.map((i) => argMax(presence, i * columns, columns)));
  const movedA = withoutMean(a, rows, surely);
  const movedB = withoutMean(b, columns, [...seen]);
  const evidence = floatProducts(movedA, movedB, GRID_CELLS);
  for (let k = 0; k < evidence.length; k++) evidence[k] = presence[k]! + 0.5 * evidence[k]!;
  return {
    queryTimes: Float64Array.from(query.frames, ({ timeMs }) => timeMs),
    workTimes: Float64Array.from(work.frames, ({ timeMs }) => timeMs),
    presence,
    evidence,
    queryStepMs: usualStep(query),
    workStepMs: usualStep(work),
  };
}

/** Takes the mean of some rows off all rows; what is left, divided by its length plus a floor for noise. */
function withoutMean(values: Float32Array, rows: number, some: readonly number[]): Float32Array {
  const mean = new Float64Array(GRID_CELLS);
  for (const i of some) {
    for (let k = 0; k < GRID_CELLS; k++) mean[k] = mean[k]! + values[i * GRID_CELLS + k]! / some.length;
  }
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    const at = i * GRID_CELLS;
    let squares = 0;
    for (let k = 0; k < GRID_CELLS; k++) {
      const value = values[at + k]! - mean[k]!;
      out[at + k] = value;
      squares += value * value;
    }
    const factor = 1 / (Math.sqrt(squares) + STILL);
    for (let k = 0; k < GRID_CELLS; k++) out[at + k] = out[at + k]! * factor;
  }
  return out;
}

function argMax(values: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (values[from + k]! > values[from + best]!) best = k;
  return best;
}

function usualStep({ frames }: GrayFrames): number {
  if (frames.length < 2) return 40;
  const steps = frames.slice(1).map(({ timeMs }, i) => timeMs - frames[i]!.timeMs);
  return steps.toSorted((x, y) => x - y)[steps.length >> 1]!;
}
