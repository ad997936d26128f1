import type { FoundRun } from './plan-windows.ts';
import type { PathPoint } from './temporal-network.ts';
import type { VideoSegmentMatch } from './video-match.ts';

/**
 * Joins what two windows found of one stretch, where the second goes on as the first one's line leads; of segments
 * that then claim the same frames of the query, the likelier stays. `segments` come in order of query time.
 */
export function joinSegments(
  segments: readonly VideoSegmentMatch[],
  paths: readonly (readonly PathPoint[])[],
): VideoSegmentMatch[] {
  const joined: VideoSegmentMatch[] = [];
  for (const segment of segments) {
    // Not only the last one: a false run of another path may stand between two parts of a true one.
    const at = joined.findLastIndex((earlier) => continues(earlier, segment, paths));
    const earlier = joined[at];
    if (!earlier) joined.push(segment);
    else {
      joined[at] = {
        ...earlier,
        query: { ...earlier.query, endMs: Math.max(earlier.query.endMs, segment.query.endMs) },
        work: {
          ...earlier.work,
          startMs: Math.min(earlier.work.startMs, segment.work.startMs),
          endMs: Math.max(earlier.work.endMs, segment.work.endMs),
        },
      };
    }
  }
  return dropRivals(joined);
}

/** Windows are looked at one by one: of two segments that claim the same frames of the query, the likelier stays. */
function dropRivals(segments: readonly VideoSegmentMatch[]): VideoSegmentMatch[] {
  const lengthOf = ({ query }: VideoSegmentMatch) => query.endMs - query.startMs;
  const strength = (segment: VideoSegmentMatch) => (segment.evidence.likeness ?? 0) ** 2 * lengthOf(segment);
  const kept: VideoSegmentMatch[] = [];
  for (const segment of segments.toSorted((a, b) => strength(b) - strength(a))) {
    const isTaken = kept.some(({ query }) => {
      const shared =
        Math.min(query.endMs, segment.query.endMs) - Math.max(query.startMs, segment.query.startMs);
      return shared > 0.3 * lengthOf(segment);
    });
    if (!isTaken) kept.push(segment);
  }
  return kept.toSorted((a, b) => a.query.startMs - b.query.startMs);
}

function continues(
  last: VideoSegmentMatch,
  next: VideoSegmentMatch,
  paths: readonly (readonly PathPoint[])[],
): boolean {
  const touches = next.query.startMs <= last.query.endMs + 60;
  // Of a long path only the ends were looked at.
  const isBridged = paths.some(
    (path) => path[0]!.queryMs <= last.query.endMs && path.at(-1)!.queryMs >= next.query.startMs,
  );
  return (touches || isBridged) && isOneLine(runOf(last), runOf(next));
}

function runOf({ query, work, speed }: VideoSegmentMatch): FoundRun {
  return { queryMs: [query.startMs, query.endMs], workMs: [work.startMs, work.endMs], speed };
}

/** A frame or two, which is what a line is known to. */
const LINE_MS = 100;
/** What natural speed is not known to be: it is taken exactly, another speed is measured. */
const SPEED_ERROR = 0.02;

/** Whether a later run goes on where the line of an earlier one leads. */
export function isOneLine(before: FoundRun, after: FoundRun): boolean {
  const { speed } = before;
  if (Math.abs(after.speed / speed - 1) > 0.04) return false;
  const begin = ({ workMs }: FoundRun) => workMs[speed > 0 ? 0 : 1];
  const lengthMs = after.queryMs[0] - before.queryMs[0];
  const isNatural = Math.abs(speed) === 1 && after.speed === speed;
  const tolerance = LINE_MS + (isNatural ? 0 : SPEED_ERROR * Math.abs(lengthMs));
  return Math.abs(begin(after) - begin(before) - speed * lengthMs) < tolerance;
}
