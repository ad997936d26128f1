import { lineOfPath } from './fit-line.ts';
import type { PathPoint } from './temporal-network.ts';
import type { Track } from './track.ts';
import type { VideoSegmentMatch } from './video-match.ts';

/** A segment by vectors alone: one that several stretches agree on. */
export function coarseSegment(path: readonly PathPoint[], query: Track, work: Track): VideoSegmentMatch[] {
  const first = path[0]!;
  const last = path.at(-1)!;
  if (path.length < 2) return [];
  const line = lineOfPath(path);
  const speed = line ? Math.sign(line.speed || 1) * Math.min(2, Math.max(0.5, Math.abs(line.speed))) : 1;
  const endOf = (track: Track, timeMs: number) =>
    track.spans.find((span) => span.startMs === timeMs)?.endMs ?? timeMs;
  const works = [first.workMs, last.workMs].toSorted((a, b) => a - b);
  const box = { x: 0, y: 0, width: 1, height: 1 };
  const mean = path.reduce((sum, { similarity }) => sum + similarity, 0) / path.length;
  return [
    {
      query: { startMs: first.queryMs, endMs: Math.min(query.durationMs, endOf(query, last.queryMs)), box },
      work: { startMs: works[0]!, endMs: Math.min(work.durationMs, endOf(work, works[1]!)), box },
      speed,
      mirrored: false,
      transform: null,
      isExact: false,
      evidence: {
        similarity: mean,
        support: path.length,
        samples: path.length,
        likeness: null,
        movement: null,
        frames: 0,
        shown: 1,
      },
    },
  ];
}
