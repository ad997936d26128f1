import type { LinePair, SoundComparison } from './along-line.ts';
import type { RefinedLine } from './refine-line.ts';
import type { SoundLine } from './vote.ts';

/** A window agrees from this similarity on. */
export const AGREES = 0.45;
/** So much of windows in a row that do not agree ends a run. */
const MAX_GAP_MS = 2_200;
/** Of the median similarity of a run, what its first and last windows must have. */
const END_SHARE = 0.75;
/** How far outwards one step looks, and the windows that the line is fitted to again before the next. */
const STEP_MS = 4_000;
const FIT_PAIRS = 24;
/** Half a window's distance: where the query's own best place is looked for beside the line. */
const NEAR_MS = 128;

/**
 * Follows a line outwards from a stretch of the query as long as the windows agree, fitting it again as it goes, so
 * that a speed that was only nearly right does not run off. Gives the pairs from the first to the last that agrees;
 * none when nothing agrees.
 */
export function followLine(
  comparison: SoundComparison,
  { line, pairs }: RefinedLine,
  durationMs: number,
): RefinedLine {
  const agreeing = pairs.filter(({ similarity }) => similarity >= AGREES);
  if (agreeing.length === 0) return { line, pairs: [] };
  let run = pairs.slice(pairs.indexOf(agreeing[0]!), pairs.indexOf(agreeing.at(-1)!) + 1);
  let fitted = line;
  for (const direction of [1, -1]) {
    for (;;) {
      const edge = direction > 0 ? run.at(-1)!.queryMs : run[0]!.queryMs;
      const near = direction > 0 ? run.slice(-FIT_PAIRS) : run.slice(0, FIT_PAIRS);
      fitted = fitPairs(comparison, near, fitted);
      const from = direction > 0 ? edge + 1 : Math.max(0, edge - STEP_MS);
      const to = direction > 0 ? Math.min(durationMs, edge + STEP_MS) : edge - 1;
      if (to <= from) break;
      const more = withinGap(comparison.along(fitted, from, to), edge, direction);
      if (more.length === 0) break;
      run = direction > 0 ? [...run, ...more] : [...more, ...run];
    }
  }
  return { line: fitPairs(comparison, run, line), pairs: trim(run) };
}

/** Without windows at both ends that agree much less than the others: there the copy has ended. */
function trim(run: readonly LinePair[]): readonly LinePair[] {
  const sorted = run.map(({ similarity }) => similarity).toSorted((a, b) => a - b);
  const least = Math.max(AGREES, END_SHARE * sorted[sorted.length >> 1]!);
  const first = run.findIndex(({ similarity }) => similarity >= least);
  const last = run.findLastIndex(({ similarity }) => similarity >= least);
  return run.slice(first, last + 1);
}

/** Those up to the last that agrees without too long a gap before it, seen from the edge. */
function withinGap(found: readonly LinePair[], edge: number, direction: number): LinePair[] {
  const outwards = direction > 0 ? found : found.toReversed();
  let lastMs = edge;
  let count = 0;
  for (const [i, pair] of outwards.entries()) {
    if (Math.abs(pair.queryMs - lastMs) > MAX_GAP_MS) break;
    if (pair.similarity < AGREES) continue;
    lastMs = pair.queryMs;
    count = i + 1;
  }
  const kept = outwards.slice(0, count);
  return direction > 0 ? kept : kept.toReversed();
}

/** Least squares through the places where each agreeing window fits best; short runs keep the line's speed. */
function fitPairs(comparison: SoundComparison, pairs: readonly LinePair[], line: SoundLine): SoundLine {
  const places = pairs.flatMap((pair) => {
    const before = comparison.similarity(pair.window, pair.queryMs - NEAR_MS);
    const after = comparison.similarity(pair.window, pair.queryMs + NEAR_MS);
    if (pair.similarity < AGREES || before === null || after === null) return [];
    const bend = before - 2 * pair.similarity + after;
    const shift = bend < -0.01 ? Math.max(-1, Math.min(1, (0.5 * (before - after)) / bend)) : 0;
    return [{ queryMs: pair.queryMs + shift * NEAR_MS, workMs: pair.workMs }];
  });
  if (places.length < 12) return line;
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const q0 = mean(places.map(({ queryMs }) => queryMs));
  const w0 = mean(places.map(({ workMs }) => workMs));
  let qq = 0;
  let qw = 0;
  for (const { queryMs, workMs } of places) {
    qq += (queryMs - q0) ** 2;
    qw += (queryMs - q0) * (workMs - w0);
  }
  const speed = qw / qq;
  // A few bad places must not turn the line: beyond a twentieth the old speed stands.
  if (!(Math.abs(speed - line.speed) < 0.05)) return line;
  return { speed, offsetMs: w0 - speed * q0 };
}
