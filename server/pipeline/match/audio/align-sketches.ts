import type { SoundLine } from './vote.ts';

const BANDS = 8;
const FRAME_MS = 32;
/** Loudness changes above this many dB a frame count as this. */
const MAX_CHANGE = 12;
const REACH_MS = 200;
const STEP_MS = 8;
const BLOCK_MS = 5_000;

/** Where the loudness of both sounds agrees best near a line. */
export interface SketchAlignment {
  readonly line: SoundLine;
  /** Correlation there, −1…1. */
  readonly likeness: number;
}

/**
 * Shifts a line so that the changes of loudness, band by band, agree best between `fromMs` and `toMs` of the query.
 * In stretches longer than two blocks of five seconds the speed is set as well, from the first and the last blocks.
 */
export function alignSketches(
  query: Uint8Array,
  work: Uint8Array,
  line: SoundLine,
  fromMs: number,
  toMs: number,
): SketchAlignment {
  if (toMs - fromMs < 2 * BLOCK_MS) {
    const { shiftMs, likeness } = bestShift(query, work, line, fromMs, toMs);
    return { line: { speed: line.speed, offsetMs: line.offsetMs + shiftMs }, likeness };
  }
  const head = bestShift(query, work, line, fromMs, fromMs + BLOCK_MS);
  const tail = bestShift(query, work, line, toMs - BLOCK_MS, toMs);
  const speed = line.speed + (tail.shiftMs - head.shiftMs) / (toMs - fromMs - BLOCK_MS);
  const at = fromMs + BLOCK_MS / 2;
  const offsetMs = line.speed * at + line.offsetMs + head.shiftMs - speed * at;
  return { line: { speed, offsetMs }, likeness: Math.min(head.likeness, tail.likeness) };
}

function bestShift(query: Uint8Array, work: Uint8Array, line: SoundLine, fromMs: number, toMs: number) {
  const scores: number[] = [];
  for (let shift = -REACH_MS; shift <= REACH_MS; shift += STEP_MS) {
    scores.push(correlate(query, work, { speed: line.speed, offsetMs: line.offsetMs + shift }, fromMs, toMs));
  }
  const at = scores.indexOf(Math.max(...scores));
  // The top of a parabola through the best step and its neighbours.
  const [left, top, right] = [scores[at - 1], scores[at]!, scores[at + 1]];
  const bend = left === undefined || right === undefined ? 0 : left - 2 * top + right;
  const part = bend < 0 ? (0.5 * (left! - right!)) / bend : 0;
  return { shiftMs: -REACH_MS + STEP_MS * (at + part), likeness: top };
}

/** Correlation of the changes from frame to frame of the query with those of the work at the line's places. */
function correlate(query: Uint8Array, work: Uint8Array, line: SoundLine, fromMs: number, toMs: number) {
  const first = Math.max(0, Math.ceil(fromMs / FRAME_MS));
  const last = Math.min(query.length / BANDS, Math.floor(toMs / FRAME_MS)) - 1;
  const frames = work.length / BANDS;
  let product = 0;
  let queryEnergy = 0;
  let workEnergy = 0;
  for (let i = first; i < last; i++) {
    // Middles of frames lie on the line.
    const place = (line.speed * (i + 0.5) * FRAME_MS + line.offsetMs) / FRAME_MS - 0.5;
    const next = place + line.speed;
    if (place < 0 || next >= frames - 1) continue;
    const a = Math.floor(place);
    const b = Math.floor(next);
    for (let band = 0; band < BANDS; band++) {
      const change = clip(query[(i + 1) * BANDS + band]! - query[i * BANDS + band]!);
      const there = clip(between(work, b, next - b, band) - between(work, a, place - a, band));
      product += change * there;
      queryEnergy += change * change;
      workEnergy += there * there;
    }
  }
  return queryEnergy > 0 && workEnergy > 0 ? product / Math.sqrt(queryEnergy * workEnergy) : 0;
}

function between(sketch: Uint8Array, frame: number, share: number, band: number): number {
  const at = frame * BANDS + band;
  return sketch[at]! + share * (sketch[at + BANDS]! - sketch[at]!);
}

function clip(change: number): number {
  return Math.max(-MAX_CHANGE, Math.min(MAX_CHANGE, change));
}
