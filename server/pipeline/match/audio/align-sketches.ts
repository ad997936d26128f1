import { SKETCH_BANDS, SKETCH_MS } from '../../fingerprint/audio/index.ts';
import type { SoundLine } from './vote.ts';

/** Loudness changes above this many dB a frame count as this. */
const MAX_CHANGE = 12;
/** Shifts that are tried: coarse ones, then finer ones around the best. */
const REACH_MS = 208;
const COARSE_MS = 16;
const FINE_MS = 4;
/** Speeds that are tried around a line's: windows hardly notice a twentieth, loudness does. */
const SPEEDS = [0, -0.01, 0.01, -0.02, 0.02, -0.03, 0.03, -0.04, 0.04, -0.05, 0.05];
const BLOCK_MS = 5_000;

/** Where the loudness of both sounds agrees best near a line. */
export interface SketchAlignment {
  readonly line: SoundLine;
  /** Correlation there, −1…1. */
  readonly likeness: number;
}

/**
 * Moves and turns a line so that the changes of loudness, band by band, agree best between `fromMs` and `toMs` of the
 * query. In stretches of more than two blocks of five seconds the first and the last block are set on their own.
 */
export function alignSketches(
  query: Uint8Array,
  work: Uint8Array,
  line: SoundLine,
  fromMs: number,
  toMs: number,
): SketchAlignment {
  if (toMs - fromMs < 2 * BLOCK_MS) return alignBlock(query, work, line, fromMs, toMs);
  const head = alignBlock(query, work, line, fromMs, fromMs + BLOCK_MS);
  const tail = alignBlock(query, work, line, toMs - BLOCK_MS, toMs);
  const place = ({ speed, offsetMs }: SoundLine, atMs: number) => speed * atMs + offsetMs;
  const [first, last] = [fromMs + BLOCK_MS / 2, toMs - BLOCK_MS / 2];
  const speed = (place(tail.line, last) - place(head.line, first)) / (last - first);
  const offsetMs = place(head.line, first) - speed * first;
  return { line: { speed, offsetMs }, likeness: Math.min(head.likeness, tail.likeness) };
}

function alignBlock(
  query: Uint8Array,
  work: Uint8Array,
  line: SoundLine,
  fromMs: number,
  toMs: number,
): SketchAlignment {
  const middle = (fromMs + toMs) / 2;
  const changes = changesOf(query, fromMs, toMs);
  const at = (speed: number, shift: number): SketchAlignment => {
    // Turned around the middle of the stretch, so that both changes are independent.
    const tried = { speed, offsetMs: line.offsetMs + shift - (speed - line.speed) * middle };
    return { line: tried, likeness: correlate(changes, work, tried) };
  };
  let best = at(line.speed, 0);
  let shift = 0;
  const take = (speed: number, tried: number) => {
    const found = at(speed, tried);
    if (found.likeness <= best.likeness) return;
    best = found;
    shift = tried;
  };
  for (const speed of new Set([...SPEEDS.map((more) => line.speed + more), 1])) {
    if (Math.abs(speed - line.speed) > 0.06) continue;
    for (let tried = -REACH_MS; tried <= REACH_MS; tried += COARSE_MS) take(speed, tried);
  }
  const { speed } = best.line;
  const around = shift;
  for (const more of [-0.005, 0, 0.005]) {
    for (let step = -3; step <= 3; step++) take(speed + more, around + step * FINE_MS);
  }
  return best;
}

/** Changes of loudness of a stretch, from frame to frame in every band. */
interface Changes {
  /** Number of the first frame. */
  readonly first: number;
  readonly values: Int8Array;
  /** Of every frame the sum of squares. */
  readonly energies: Uint16Array;
}

function changesOf(sketch: Uint8Array, fromMs: number, toMs: number): Changes {
  const first = Math.max(0, Math.ceil(fromMs / SKETCH_MS));
  const last = Math.min(sketch.length / SKETCH_BANDS, Math.floor(toMs / SKETCH_MS)) - 1;
  const energies = new Uint16Array(Math.max(0, last - first));
  const values = new Int8Array(SKETCH_BANDS * energies.length);
  for (let k = 0; k < values.length; k++) {
    const at = first * SKETCH_BANDS + k;
    values[k] = clip(sketch[at + SKETCH_BANDS]! - sketch[at]!);
    const frame = Math.floor(k / SKETCH_BANDS);
    energies[frame] = energies[frame]! + values[k]! * values[k]!;
  }
  return { first, values, energies };
}

/** Correlation of the changes of the query with those of the work at the line's places. */
function correlate({ first, values, energies }: Changes, work: Uint8Array, { speed, offsetMs }: SoundLine) {
  const frames = work.length / SKETCH_BANDS;
  let product = 0;
  let queryEnergy = 0;
  let workEnergy = 0;
  for (let i = 0; i < energies.length; i++) {
    // Middles of frames lie on the line.
    const place = (speed * (first + i + 0.5) * SKETCH_MS + offsetMs) / SKETCH_MS - 0.5;
    const next = place + speed;
    if (place < 0 || next >= frames - 1) continue;
    const a = Math.floor(place);
    const b = Math.floor(next);
    queryEnergy += energies[i]!;
    for (let band = 0; band < SKETCH_BANDS; band++) {
      const there = clip(between(work, b, next - b, band) - between(work, a, place - a, band));
      product += values[i * SKETCH_BANDS + band]! * there;
      workEnergy += there * there;
    }
  }
  return queryEnergy > 0 && workEnergy > 0 ? product / Math.sqrt(queryEnergy * workEnergy) : 0;
}

function between(sketch: Uint8Array, frame: number, share: number, band: number): number {
  const at = frame * SKETCH_BANDS + band;
  return sketch[at]! + share * (sketch[at + SKETCH_BANDS]! - sketch[at]!);
}

function clip(change: number): number {
  return Math.max(-MAX_CHANGE, Math.min(MAX_CHANGE, change));
}
