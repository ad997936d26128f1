import { compareSounds } from './along-line.ts';
import { type AudioSegmentMatch, workTimeAt } from './audio-match.ts';
import { examineLine } from './examine-line.ts';
import type { SoundQuery, SoundTrack } from './sound-track.ts';
import type { SoundLine } from './vote.ts';

/** A line that something else than the sound speaks for, from one time of the query to another. */
export interface NamedLine extends SoundLine {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Lines nearer than this are one: what the windows are set to without loudness, and a frame or two. */
const SAME_MS = 300;
/** Of a segment's length, what a line must be named for. */
const MIN_SHARE = 0.5;
/** Of what the windows agree on its own line, what they must agree on the named one. */
const AS_GOOD = 0.9;

/**
 * A sound that repeats itself agrees with itself along many lines. Gives the segment on the line that is named for most of
 * the same stretch of the query, where the sound says as much for that; else the segment itself.
 */
export function placeOnLine(
  query: SoundQuery,
  track: SoundTrack,
  segment: AudioSegmentMatch,
  lines: readonly NamedLine[],
): AudioSegmentMatch {
  const { startMs, endMs } = segment.query;
  const named = lines
    .map((line) => ({ line, fromMs: Math.max(startMs, line.fromMs), toMs: Math.min(endMs, line.toMs) }))
    .filter(({ fromMs, toMs }) => toMs - fromMs >= MIN_SHARE * (endMs - startMs));
  if (named.length === 0) return segment;
  const distance = ({ speed, offsetMs }: SoundLine, atMs: number) =>
    Math.abs(speed * atMs + offsetMs - workTimeAt(segment, atMs));
  if (named.some(({ line, fromMs, toMs }) => distance(line, (fromMs + toMs) / 2) < SAME_MS)) return segment;
  const comparison = compareSounds(query, track);
  for (const { line, fromMs, toMs } of named) {
    const placed = examineLine(query, track, comparison, line, [fromMs, toMs]);
    if (!placed) continue;
    const { similarity, support } = placed.evidence;
    const isAsGood =
      similarity >= AS_GOOD * segment.evidence.similarity && support >= AS_GOOD * segment.evidence.support;
    if (isAsGood) return placed;
  }
  return segment;
}
