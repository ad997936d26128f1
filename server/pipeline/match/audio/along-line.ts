import type { Vector } from '../../../domain/fingerprint.ts';
import type { SoundQuery, SoundTrack } from './sound-track.ts';
import type { SoundLine } from './vote.ts';

/** From a window's start to its middle: lines run through middles, which a change of speed does not move. */
export const HALF_WINDOW_MS = 536;
const FINE_MS = 128;
const VECTOR_NORM = 512;

/** A window of the work beside the place of the query that a line gives for it. */
export interface LinePair {
  /** Index of the work's window. */
  readonly window: number;
  /** Middles of both. */
  readonly queryMs: number;
  readonly workMs: number;
  readonly similarity: number;
}

/** Similarities of one query with one work, computed when asked for and kept. */
export interface SoundComparison {
  /** Cosine of a work's window with the query around a time, between its windows on both sides; null where the query is silent or over. */
  similarity(window: number, queryMs: number): number | null;
  /** The work's windows whose place on the line lies in the query's stretch, with their similarities. */
  along(line: SoundLine, fromMs: number, toMs: number): LinePair[];
}

/** Compares by cosine; vectors are int8 of length about 512. */
export function compareSounds(query: SoundQuery, track: SoundTrack): SoundComparison {
  const fineAt = new Map(query.fine.map(({ startMs }, i) => [Math.round(startMs / FINE_MS), i]));
  const known = new Map<number, number>();
  const exact = (window: number, slot: number): number | null => {
    const fine = fineAt.get(slot);
    if (fine === undefined) return null;
    const key = window * query.fine.length + fine;
    let value = known.get(key);
    if (value === undefined) {
      value = cosine(query.fine[fine]!.vector, track.windows[window]!.vector);
      known.set(key, value);
    }
    return value;
  };
  const similarity = (window: number, queryMs: number): number | null => {
    const place = (queryMs - HALF_WINDOW_MS) / FINE_MS;
    const slot = Math.floor(place);
    const share = place - slot;
    const left = exact(window, slot);
    const right = exact(window, slot + 1);
    if (left === null || right === null) {
      // At the query's ends only one side is there: it counts when it is the nearer one.
      if (left !== null && share <= 0.5) return left;
      return right !== null && share >= 0.5 ? right : null;
    }
    return left + share * (right - left);
  };
  return {
    similarity,
    along({ speed, offsetMs }, fromMs, toMs) {
      const pairs: LinePair[] = [];
      const first = firstWindowAt(track, speed * fromMs + offsetMs - HALF_WINDOW_MS);
      for (let window = first; window < track.windows.length; window++) {
        const workMs = track.windows[window]!.startMs + HALF_WINDOW_MS;
        const queryMs = (workMs - offsetMs) / speed;
        if (queryMs > toMs) break;
        const value = similarity(window, queryMs);
        if (value !== null) pairs.push({ window, queryMs, workMs, similarity: value });
      }
      return pairs;
    },
  };
}

/** Index of the first window that starts at or after a time. */
function firstWindowAt({ windows }: SoundTrack, startMs: number): number {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (windows[middle]!.startMs < startMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Cosine of two vectors. */
export function cosine(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum = (sum + a[i]! * b[i]!) | 0;
  return sum / (VECTOR_NORM * VECTOR_NORM);
}
