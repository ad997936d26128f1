import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';
import type { AudioPrint, AudioQueryPrint, AudioWindow } from '../../pipeline/fingerprint/audio/index.ts';
import { WINDOW_MS } from '../../pipeline/fingerprint/audio/index.ts';
import { dotProducts } from '../../pipeline/fingerprint/index.ts';
import { joinVectors } from '../../pipeline/match/index.ts';
import { giveTurn } from './query-in-turns.ts';

/** Most windows of a side: two minutes as densely as a query is looked at, longer ones more sparsely. */
const MOST = 900;
/** Cosines between these are shown from black to white; those of strangers lie below the first. */
const DARK = 0.3;
const BRIGHT = 0.95;
/** Rows that are drawn before others get their turn. */
const ROWS_AT_ONCE = 32;

/** What is kept of a checked sound to draw it later: the windows that it was searched by, at most 900 of them. */
export function printToDraw({ print, fine }: AudioQueryPrint): AudioPrint {
  const step = Math.max(1, Math.ceil(fine.length / MOST));
  const windows = fine
    .filter((_, i) => i % step === 0)
    .map(({ startMs, code, vector }) => ({ startMs, endMs: startMs + WINDOW_MS, code, vector }));
  const kept = windows.length > 0 ? windows : print.windows;
  return { ...print, windows: kept, sketch: new Uint8Array(0) };
}

/**
 * The similarity of two sounds as a picture, from the windows that they were compared by: downwards the time of the
 * query, to the right that of the work, both even from 0 to their ends; the brighter, the more alike. Silence is black.
 * Others get their turn every few rows.
 */
export async function drawSoundMatrix(
  query: AudioPrint,
  work: AudioPrint,
): Promise<{ width: number; height: number; data: Uint8Array }> {
  const [rows, columns] = [heardOf(windowsAt(query)), heardOf(windowsAt(work))];
  const [height, width] = [rows.steps, columns.steps];
  const data = new Uint8Array(height * width);
  for (let from = 0; from < rows.heard.length; from += ROWS_AT_ONCE) {
    const some = rows.heard.slice(from, from + ROWS_AT_ONCE);
    const left = rows.vectors.subarray(from * VECTOR_DIMENSIONS, (from + some.length) * VECTOR_DIMENSIONS);
    const products = dotProducts(left, columns.vectors, VECTOR_DIMENSIONS);
    for (const [i, { at: y, square }] of some.entries()) {
      for (const [j, { at: x, square: other }] of columns.heard.entries()) {
        const lengths = Math.sqrt(square * other);
        const similarity = lengths === 0 ? 0 : products[i * columns.heard.length + j]! / lengths;
        const value = (similarity - DARK) / (BRIGHT - DARK);
        data[y * width + x] = Math.round(255 * Math.min(1, Math.max(0, value)));
      }
    }
    await giveTurn();
  }
  return { width, height, data };
}

/** The steps at which something is heard, each with the square of its vector's length; the vectors one after the other. */
function heardOf(windows: readonly (AudioWindow | null)[]) {
  const all = windows.flatMap((window, at) => (window === null ? [] : [{ at, vector: window.vector }]));
  return {
    steps: windows.length,
    heard: all.map(({ at, vector }) => ({
      at,
      square: vector.reduce((sum, value) => sum + value * value, 0),
    })),
    vectors: joinVectors(all.map(({ vector }) => vector)),
  };
}

/** The window whose middle is nearest to each of even steps of time; null where none is heard (pure silence: one step). */
function windowsAt({ windows, durationMs }: AudioPrint): (AudioWindow | null)[] {
  const count = Math.max(1, Math.min(MOST, windows.length));
  const off = (window: AudioWindow | undefined, ms: number) =>
    window === undefined ? Number.POSITIVE_INFINITY : Math.abs((window.startMs + window.endMs) / 2 - ms);
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    const ms = ((i + 0.5) * durationMs) / count;
    while (at + 1 < windows.length && off(windows[at + 1], ms) <= off(windows[at], ms)) at++;
    const window = windows[at];
    return window !== undefined && off(window, ms) <= WINDOW_MS / 2 ? window : null;
  });
}
