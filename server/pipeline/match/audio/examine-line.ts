import { alignSketches } from './align-sketches.ts';
import { HALF_WINDOW_MS, type SoundComparison } from './along-line.ts';
import type { AudioSegmentMatch, WindowEvidence } from './audio-match.ts';
import { AGREES, followLine } from './follow-line.ts';
import { type RefinedLine, refineLine } from './refine-line.ts';
import type { SoundQuery, SoundTrack } from './sound-track.ts';
import type { SoundLine } from './vote.ts';

/** Times are no more exact than this: nearer to an end of the query is the end. */
const EDGE_MS = 20;
/** Below this correlation the sketches say nothing about the time. */
const MIN_LIKENESS = 0.2;

/**
 * The segment along a line: moved to where the windows agree best between two times of the query, followed outwards as long
 * as they agree, and set by loudness. Null when nothing agrees, or `isWorthSetting` says that it comes to nothing.
 */
export function examineLine(
  query: SoundQuery,
  track: SoundTrack,
  comparison: SoundComparison,
  start: SoundLine,
  [fromMs, toMs]: readonly [number, number],
  isWorthSetting: (evidence: WindowEvidence) => boolean = () => true,
): AudioSegmentMatch | null {
  const refined = refineLine(comparison, start, fromMs, toMs);
  const run = followLine(comparison, refined, query.durationMs);
  if (run.pairs.length === 0) return null;
  const evidence = weigh(comparison, track, run);
  if (!isWorthSetting(evidence)) return null;
  const first = run.pairs[0]!.queryMs;
  const last = run.pairs.at(-1)!.queryMs;
  const sketch = alignSketches(
    query.sketch,
    track.sketch,
    run.line,
    first - HALF_WINDOW_MS,
    last + HALF_WINDOW_MS,
  );
  const isExact = sketch.likeness >= MIN_LIKENESS;
  const { speed, offsetMs } = isExact ? sketch.line : run.line;
  // A window reaches beyond its neighbour: the ends are where the windows end, or where a sound itself does.
  let startMs = first - HALF_WINDOW_MS;
  let endMs = last + HALF_WINDOW_MS;
  let begins = -offsetMs / speed;
  let ends = (track.durationMs - offsetMs) / speed;
  if (begins < EDGE_MS) begins = 0;
  if (ends > query.durationMs - EDGE_MS) ends = query.durationMs;
  if (startMs - begins < HALF_WINDOW_MS) startMs = begins;
  if (ends - endMs < HALF_WINDOW_MS) endMs = ends;
  if (endMs - startMs < HALF_WINDOW_MS) return null;
  return {
    query: { startMs: Math.round(startMs), endMs: Math.round(endMs) },
    work: {
      startMs: Math.max(0, Math.round(speed * startMs + offsetMs)),
      endMs: Math.round(speed * endMs + offsetMs),
    },
    speed,
    isExact,
    evidence: { ...evidence, likeness: sketch.likeness },
  };
}

/** How well the windows of a run agree, and how well windows beside it would. */
function weigh(comparison: SoundComparison, track: SoundTrack, { pairs }: RefinedLine): WindowEvidence {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const similarity = mean(pairs.map((pair) => pair.similarity));
  const beside: number[] = [];
  const step = Math.max(1, Math.floor(pairs.length / 40));
  for (let i = 0; i < pairs.length; i += step) {
    const { window, queryMs } = pairs[i]!;
    for (const away of [-9, -6, -3, 3, 6, 9]) {
      if (window + away < 0 || window + away >= track.windows.length) continue;
      const value = comparison.similarity(window + away, queryMs);
      if (value !== null) beside.push(value);
    }
  }
  return {
    similarity,
    contrast: beside.length > 0 ? similarity - mean(beside) : 0,
    support: pairs.filter((pair) => pair.similarity >= AGREES).length,
    windows: pairs.length,
  };
}
