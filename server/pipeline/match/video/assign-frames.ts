import type { TimeLine } from './fit-line.ts';
import type { FrameMatrix } from './frame-matrix.ts';
import { makeLookUp } from './search-line.ts';

/** A line and the matrix that it was found in. */
export interface LineOfMatrix {
  readonly line: TimeLine;
  readonly matrix: FrameMatrix;
}

/** Query frames `from` to `to` (exclusive) that show the work along line `index`. */
export interface FrameRun {
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** What changing from one line (or none) to another costs, in similarity: a couple of clear frames. */
const SWITCH = 0.9;
const MOVEMENT = 0.35;

/**
 * Every query frame to the line that explains it, or to none: the sequence with the greatest sum (Viterbi), changes
 * costing something. This is what sets the boundaries: a frame belongs to the copy when the frame of the work that
 * the line names looks like it, more than `threshold`. All matrices have the same rows.
 */
export function assignFrames(lines: readonly LineOfMatrix[], thresholds: readonly number[]): FrameRun[] {
  const rows = lines[0]?.matrix.queryTimes.length ?? 0;
  if (rows === 0) return [];
  const states = lines.length + 1;
  const gains = lines.map(({ line, matrix }, k) => gainsAlong(line, matrix, thresholds[k]!));
  const best = new Float64Array(states);
  const from = new Int8Array(rows * states);
  for (let i = 0; i < rows; i++) {
    let top = 0;
    for (let s = 1; s < states; s++) if (best[s]! > best[top]!) top = s;
    const change = best[top]! - SWITCH;
    for (let s = 0; s < states; s++) {
      const stays = i === 0 || best[s]! >= change;
      from[i * states + s] = stays ? s : top;
      if (!stays) best[s] = change;
      if (s > 0) best[s] = best[s]! + gains[s - 1]![i]!;
    }
  }
  let state = 0;
  for (let s = 1; s < states; s++) if (best[s]! > best[state]!) state = s;
  const path = new Int8Array(rows);
  for (let i = rows - 1; i >= 0; i--) {
    path[i] = state;
    state = from[i * states + state]!;
  }
  const runs: FrameRun[] = [];
  for (let i = 0, start = 0; i < rows; i++) {
    if (i + 1 < rows && path[i + 1] === path[i]) continue;
    if (path[i]! > 0) runs.push({ index: path[i]! - 1, from: start, to: i + 1 });
    start = i + 1;
  }
  return runs;
}

function gainsAlong({ speed, offsetMs }: TimeLine, matrix: FrameMatrix, threshold: number): Float64Array {
  const { queryTimes, workTimes, presence, evidence } = matrix;
  const lookUp = makeLookUp(workTimes);
  return Float64Array.from(queryTimes, (time, i) => {
    const column = lookUp(speed * time + offsetMs);
    if (column < 0) return -1;
    const at = i * workTimes.length + column;
    // Movement tells two places of one scene apart; whether it is the scene at all, the picture says.
    return presence[at]! - threshold + 2 * MOVEMENT * (evidence[at]! - presence[at]!);
  });
}

/** Likeness of the pictures, and of what moves, along a line over a run; in order of time, −1…1. */
export function likenessAlong({ line, matrix }: LineOfMatrix, from: number, to: number) {
  const lookUp = makeLookUp(matrix.workTimes);
  const presence: number[] = [];
  const movement: number[] = [];
  for (let i = from; i < to; i++) {
    const column = lookUp(line.speed * matrix.queryTimes[i]! + line.offsetMs);
    if (column < 0) continue;
    const at = i * matrix.workTimes.length + column;
    presence.push(matrix.presence[at]!);
    movement.push(2 * (matrix.evidence[at]! - matrix.presence[at]!));
  }
  return { presence, movement };
}
