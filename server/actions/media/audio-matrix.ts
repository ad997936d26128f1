import type { AudioPrint, AudioQueryPrint, AudioWindow } from '../../pipeline/fingerprint/audio/index.ts';
import { WINDOW_MS } from '../../pipeline/fingerprint/audio/index.ts';
import { drawSimilarities, type ShownSide } from './draw-similarities.ts';

/** Most windows of a side: two minutes as densely as a query is looked at, longer ones more sparsely. */
const MOST = 900;
/** Cosines between these are shown from black to white; those of strangers lie below the first. */
const SHADES = { dark: 0.3, bright: 0.95 };

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
export function drawSoundMatrix(query: AudioPrint, work: AudioPrint): ReturnType<typeof drawSimilarities> {
  return drawSimilarities(shownAt(query), shownAt(work), SHADES);
}

/** The windows that are heard at even steps of time. */
function shownAt(print: AudioPrint): ShownSide {
  const windows = windowsAt(print);
  const spans = windows.filter((window) => window !== null);
  let heard = 0;
  return {
    track: { durationMs: print.durationMs, spans },
    at: windows.map((window) => (window === null ? -1 : heard++)),
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
