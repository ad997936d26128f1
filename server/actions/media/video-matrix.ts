import type { VideoPrint } from '../../pipeline/fingerprint/video/index.ts';
import { compareTracks } from '../../pipeline/match/video/index.ts';

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
  const matrix = compareTracks(query, [], work);
  const rows = atTimes(matrix.rowTimes, query.durationMs, sideOf(query));
  const columns = atTimes(matrix.columnTimes, work.durationMs, sideOf(work));
  const data = new Uint8Array(rows.length * columns.length);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      const value = row < 0 || column < 0 ? 0 : matrix.values[row * matrix.columns + column]!;
      data[y * columns.length + x] = Math.round(
        255 * Math.min(1, Math.max(0, (value - DARK) / (BRIGHT - DARK))),
      );
    }
  }
  return { width: columns.length, height: rows.length, data };
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
