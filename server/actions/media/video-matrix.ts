import type { VideoPrint } from '../../pipeline/fingerprint/video/index.ts';
import { compareTracks, type Track } from '../../pipeline/match/video/index.ts';

/** Most pixels of a side; finer than a second for a film of a quarter of an hour. */
const MOST = 900;
/** Cosines between these are shown from black to white. */
const DARK = 0.1;
const BRIGHT = 0.95;

/**
 * The similarity of two videos as a picture: downwards the time of the query, to the right the time of the work, both
 * even from 0 to their ends; the brighter, the more alike. A copied stretch is a bright line.
 */
export function drawMatrix(
  query: VideoPrint,
  work: VideoPrint,
): { width: number; height: number; data: Uint8Array } {
  const rows = shownAt(query);
  const columns = shownAt(work);
  // Only what is drawn is compared: of two films of hours everything would be gigabytes.
  const matrix = compareTracks(rows.track, [], columns.track);
  const values = matrix.block(0, matrix.rows, 0, matrix.columns);
  const [width, height] = [columns.at.length, rows.at.length];
  const data = new Uint8Array(height * width);
  for (const [y, row] of rows.at.entries()) {
    for (const [x, column] of columns.at.entries()) {
      const value = row < 0 || column < 0 ? 0 : values[row * matrix.columns + column]!;
      data[y * width + x] = Math.round(255 * Math.min(1, Math.max(0, (value - DARK) / (BRIGHT - DARK))));
    }
  }
  return { width, height, data };
}

/** The stretches that are shown at even steps of time, and for each step the index of its own; −1 before the first. */
function shownAt(print: VideoPrint): { track: Track; at: number[] } {
  const { spans, durationMs } = print;
  const times = Float64Array.from(spans, ({ startMs }) => startMs);
  const shown = atTimes(times, durationMs, sideOf(print));
  const used = [...new Set(shown.filter((span) => span >= 0))];
  const places = new Map(used.map((span, i) => [span, i]));
  const track = { durationMs, spans: used.map((span) => spans[span]!) };
  return { track, at: shown.map((span) => places.get(span) ?? -1) };
}

function sideOf({ spans, durationMs }: VideoPrint): number {
  return Math.max(1, Math.min(MOST, Math.max(spans.length, Math.round(durationMs / 1000))));
}

/** For each of `count` even steps of time the stretch that is shown then; −1 before the first. */
function atTimes(times: Float64Array, durationMs: number, count: number): number[] {
  let at = -1;
  return Array.from({ length: count }, (_, i) => {
    const timeMs = ((i + 0.5) * durationMs) / count;
    while (at + 1 < times.length && times[at + 1]! <= timeMs) at++;
    return at;
  });
}
