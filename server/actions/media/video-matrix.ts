import type { VideoPrint } from '../../pipeline/fingerprint/video/index.ts';
import { drawSimilarities, type ShownSide } from './draw-similarities.ts';

/** Most pixels of a side; finer than a second for a film of a quarter of an hour. */
const MOST = 900;
/** Cosines between these are shown from black to white. */
const SHADES = { dark: 0.1, bright: 0.95 };

/**
 * The similarity of two videos as a picture: downwards the time of the query, to the right the time of the work, both
 * even from 0 to their ends; the brighter, the more alike. A copied stretch is a bright line.
 */
export function drawMatrix(query: VideoPrint, work: VideoPrint): ReturnType<typeof drawSimilarities> {
  return drawSimilarities(shownAt(query), shownAt(work), SHADES);
}

/** The stretches that are shown at even steps of time, and for each step the index of its own; −1 before the first. */
function shownAt(print: VideoPrint): ShownSide {
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
