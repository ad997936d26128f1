import { formatClock } from '../domain/describe-segment.ts';
import type { MatchSegment } from '../domain/match.ts';

/** Cells of a bar. */
const WIDTH = 48;

type TimeStretch = Extract<MatchSegment['query'], { kind: 'time' }>;

/**
 * Two bars, the checked file above and the work below, with the copied stretches filled: `▀` where only the picture
 * was copied, `▄` where only the sound was, `█` where both were. A side whose length is not known has no bar.
 */
export function drawTimeline(
  segments: readonly MatchSegment[],
  queryMs: number | null,
  workMs: number | null,
): string[] {
  const timed = segments.flatMap(({ query, work, track }) =>
    query.kind === 'time' && work.kind === 'time' ? [{ query, work, track }] : [],
  );
  if (timed.length === 0) return [];
  const side = (name: string, of: 'query' | 'work', durationMs: number | null) => {
    // A bar that ends where the last stretch does would show a copy of the end.
    if (!durationMs) return `${name} its length is not known`;
    const end = Math.max(durationMs, ...timed.map((one) => one[of].endMs));
    const cells = Array.from({ length: WIDTH }, (_, i) => {
      const from = (i * end) / WIDTH;
      const to = ((i + 1) * end) / WIDTH;
      const tracks = new Set(timed.filter((one) => covers(one[of], from, to)).map(({ track }) => track));
      if (tracks.has('picture')) return tracks.has('sound') ? '█' : '▀';
      return tracks.has('sound') ? '▄' : '─';
    });
    return `${name} 0:00 ├${cells.join('')}┤ ${formatClock(end, 0)}`;
  };
  return [side('here', 'query', queryMs), side('work', 'work', workMs)];
}

/** A cell is filled when half of it is copied, or when it holds all of a short stretch. */
function covers({ startMs, endMs }: TimeStretch, from: number, to: number): boolean {
  const shared = Math.min(endMs, to) - Math.max(startMs, from);
  return shared > 0 && (shared >= (to - from) / 2 || shared >= (endMs - startMs) / 2);
}
