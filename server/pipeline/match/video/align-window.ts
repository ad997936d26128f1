import type { LineOfMatrix } from './assign-frames.ts';
import { assignFrames, likenessAlong } from './assign-frames.ts';
import { median } from './fit-line.ts';
import { compareFrames } from './frame-matrix.ts';
import { nearestFrame } from './glance.ts';
import type { Gray } from './gray.ts';
import type { Placement } from './placement.ts';
import { registerFrames, settlePlacement } from './register.ts';
import { ALL_SPEEDS, searchLine } from './search-line.ts';
import type { PathPoint } from './temporal-network.ts';
import type { GrayFrames } from './track.ts';

/** A copied stretch set at full frame rate. */
export interface AlignedRun {
  readonly queryMs: readonly [number, number];
  readonly workMs: readonly [number, number];
  readonly speed: number;
  readonly placement: Placement;
  /** Median likeness of the pictures, and of what moves in them, −1…1. */
  readonly likeness: number;
  readonly movement: number;
  readonly frames: number;
}

/** Below this the pictures do not show one thing. */
const MIN_REGISTRATION = 0.3;
/** Evidence (likeness and half the movement) with which a frame speaks for a line. */
const LINE_THRESHOLD = 0.5;
/**
 * What a run must have, likeness and half the movement. Placements are many: for still pictures there is nearly always one
 * under which they are somewhat alike (0.6), and any line is as good as another. What moves tells a copy then, or pictures
 * that are as good as the same. Runs through other film have up to 0.7 (drawn film up to 0.82), those of copies from 1.05 on.
 */
const MIN_EVIDENCE = 0.87;
const MAX_LINES = 4;
const MIN_RUN_MS = 400;
const ANCHORS = 3;
const ANCHOR_REACH_MS = [-900, -600, -450, -300, -200, -100, 0, 100, 200, 300, 450, 600, 900];

/**
 * Aligns a stretch of the query with a stretch of the work, frame by frame. `paths` are what the vectors suggest:
 * each gives a placement of the picture, each placement up to four lines; then every frame goes to the line that
 * explains it. Runs come in order of query time.
 */
export function alignWindow(
  query: GrayFrames,
  work: GrayFrames,
  paths: readonly (readonly PathPoint[])[],
): AlignedRun[] {
  const free = query.frames.map(() => true);
  const lines: (LineOfMatrix & { readonly placement: Placement })[] = [];
  const thresholds: number[] = [];
  if (free.length === 0 || work.frames.length === 0) return [];
  for (const path of paths) {
    if (lines.length >= MAX_LINES || isExplained(path, query, free)) continue;
    const registration = registerFrames(chooseAnchors(query, work, path));
    if (!registration || registration.similarity < MIN_REGISTRATION) continue;
    const inside = [path[0]!.queryMs, path.at(-1)!.queryMs] as const;
    const placement = settle(query, work, registration.placement, inside, free);
    const matrix = compareFrames(query, work, placement, inside);
    if (!matrix) continue;
    while (lines.length < MAX_LINES) {
      const run = searchLine(matrix, { speeds: ALL_SPEEDS, free, threshold: LINE_THRESHOLD });
      if (!run || (run.to - run.from) * matrix.queryStepMs < MIN_RUN_MS) break;
      const found = { line: run.line, matrix, placement };
      lines.push(found);
      thresholds.push(thresholdFor(median(likenessAlong(found, run.from, run.to).presence)));
      for (let i = run.from; i < run.to; i++) free[i] = false;
    }
  }
  return assignFrames(lines, thresholds).flatMap(({ index, from, to }) => {
    const { matrix, placement } = lines[index]!;
    const along = likenessAlong(lines[index]!, from, to);
    const [likeness, movement] = [median(along.presence), median(along.movement)];
    const run = asRun(lines[index]!, from, to);
    const isLong = (to - from) * matrix.queryStepMs >= MIN_RUN_MS;
    const isBelieved = likeness >= MIN_REGISTRATION && likeness + 0.5 * movement >= MIN_EVIDENCE;
    return isLong && isBelieved ? [{ ...run, placement, likeness, movement, frames: to - from }] : [];
  });
}

/** The placement again, by pairs of frames that a first line names. The whole frame stays what it is. */
function settle(
  query: GrayFrames,
  work: GrayFrames,
  placement: Placement,
  inside: readonly [number, number],
  free: readonly boolean[],
): Placement {
  if (placement.scaleX === 1 && placement.scaleY === 1 && placement.left === 0 && placement.top === 0)
    return placement;
  const matrix = compareFrames(query, work, placement, inside);
  const run = matrix && searchLine(matrix, { speeds: ALL_SPEEDS, free, threshold: LINE_THRESHOLD });
  if (!run) return placement;
  const rows = [0.1, 0.4, 0.65, 0.9].map((share) => Math.floor(run.from + share * (run.to - run.from)));
  const anchorsAt = (shift: number) =>
    rows.map((row) => {
      const { timeMs } = query.frames[row]!;
      const at = nearestFrame(work, run.line.speed * timeMs + run.line.offsetMs) + shift;
      const index = Math.max(0, Math.min(work.frames.length - 1, at));
      return { query: frameOf(query, row), works: [frameOf(work, index)] };
    });
  return settlePlacement(placement, anchorsAt).placement;
}

/** Half-way between what the copy looks like and what a stranger looks like, lower rather than higher. */
function thresholdFor(inside: number): number {
  return Math.min(0.55, Math.max(0.25, 0.58 * inside));
}

function isExplained(path: readonly PathPoint[], query: GrayFrames, free: readonly boolean[]): boolean {
  const left = path.filter(({ queryMs }) => free[nearestFrame(query, queryMs)]);
  return left.length < 0.5 * path.length;
}

/** Clear pairs of the path, spread over time, each with the work's frames around. */
function chooseAnchors(query: GrayFrames, work: GrayFrames, path: readonly PathPoint[]) {
  const anchors = [];
  for (let k = 0; k < ANCHORS; k++) {
    const part = path.slice(
      Math.floor((k * path.length) / ANCHORS),
      Math.max(1, Math.floor(((k + 1) * path.length) / ANCHORS)),
    );
    const best = part.toSorted((a, b) => b.similarity - a.similarity)[0];
    if (!best) continue;
    const near = new Set(ANCHOR_REACH_MS.map((d) => nearestFrame(work, best.workMs + d)));
    anchors.push({
      query: frameOf(query, nearestFrame(query, best.queryMs)),
      works: [...near].map((j) => frameOf(work, j)),
    });
  }
  return anchors;
}

function frameOf(clip: GrayFrames, index: number): Gray {
  return { width: clip.width, height: clip.height, data: clip.frames[index]!.data };
}

/** Times of a run on both sides: a frame counts until the next one. */
function asRun({ line, matrix }: LineOfMatrix, from: number, to: number) {
  const { queryTimes, queryStepMs, workStepMs } = matrix;
  const { speed, offsetMs } = line;
  const queryMs = [queryTimes[from]!, queryTimes[to - 1]! + queryStepMs] as const;
  // A query with more frames than the work shows each work frame several times; the first of them is on the line.
  const late = Math.max(0, (workStepMs - Math.abs(speed) * queryStepMs) / 2);
  const at = (time: number) => Math.max(0, speed * time + offsetMs + late);
  // Backwards, the line gives the begin of the frame that is shown last.
  const workMs =
    speed > 0 ? [at(queryMs[0]), at(queryMs[1])] : [at(queryMs[1]) + workStepMs, at(queryMs[0]) + workStepMs];
  return { queryMs, workMs: workMs as [number, number], speed };
}
