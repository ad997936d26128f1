import type { FoundRun } from './plan-windows.ts';
import type { PathPoint } from './temporal-network.ts';
import type { VideoSegmentMatch } from './video-match.ts';

/**
 * Joins what two windows found of one stretch, where the second goes on as the first one's line leads; of segments
 * that then claim the same frames of the query, the likelier stays. `segments` come in order of query time. Across a stretch of
 * `foreign` nothing is joined: there the query was read, and shows something else.
 */
export function joinSegments(
  segments: readonly VideoSegmentMatch[],
  paths: readonly (readonly PathPoint[])[],
  foreign: readonly (readonly [number, number])[] = [],
): VideoSegmentMatch[] {
  const joined: VideoSegmentMatch[] = [];
  for (const segment of segments) {
    // Not only the last one: a false run of another path may stand between two parts of a true one.
    const at = joined.findLastIndex(
      (earlier) => continues(earlier, segment, paths) && !isParted(earlier, segment, foreign),
    );
    const earlier = joined[at];
    if (!earlier) joined.push(segment);
    else {
      joined[at] = {
        ...earlier,
        ...joinTimes(earlier, segment),
      };
    }
  }
  return dropRivals(joined);
}

/** Times and speed of two parts of one line together. */
function joinTimes(earlier: VideoSegmentMatch, later: VideoSegmentMatch) {
  const query = { ...earlier.query, endMs: Math.max(earlier.query.endMs, later.query.endMs) };
  const startMs = Math.min(earlier.work.startMs, later.work.startMs);
  const endMs = Math.max(earlier.work.endMs, later.work.endMs);
  const work = { ...earlier.work, startMs, endMs };
  if (earlier.speed === later.speed) return { query, work, speed: earlier.speed };
  // A short run, of something that hardly moves, sets a speed to some percent only; both together know better.
  const sign = Math.sign(earlier.speed);
  const both = sign * ((endMs - startMs) / (query.endMs - query.startMs));
  const natural = [earlier, later].find(({ speed }) => speed === sign);
  if (!natural || Math.abs(both - sign) > NATURAL_DRIFT) return { query, work, speed: both };
  const before = natural.query.startMs - query.startMs;
  const after = query.endMs - natural.query.endMs;
  const [low, high] = sign > 0 ? [before, after] : [after, before];
  const times = { startMs: Math.max(0, natural.work.startMs - low), endMs: natural.work.endMs + high };
  return { query, work: { ...work, ...times }, speed: sign };
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

/** Two windows set an edge to about a frame. */
const EDGE_MS = 100;

function isParted(
  last: VideoSegmentMatch,
  next: VideoSegmentMatch,
  foreign: readonly (readonly [number, number])[],
): boolean {
  return foreign.some(
    ([fromMs, toMs]) => last.query.endMs <= fromMs + EDGE_MS && next.query.startMs >= toMs - EDGE_MS,
  );
}

/** A segment as a run. */
export function runOf({ query, work, speed }: VideoSegmentMatch): FoundRun {
  return { queryMs: [query.startMs, query.endMs], workMs: [work.startMs, work.endMs], speed };
}

/** Whether a run shows what a stretch of an earlier one, of which perhaps only the ends were read, shows by its line. */
export function liesOn(run: FoundRun, known: FoundRun): boolean {
  return run.queryMs[0] >= known.queryMs[0] && run.queryMs[1] <= known.queryMs[1] && isOneLine(known, run);
}

/** A frame or two, which is what a line is known to. */
const LINE_MS = 100;
/** Closer to natural speed than this is natural speed. */
const NATURAL_DRIFT = 0.006;
/** What natural speed is not known to be: it is taken exactly, another speed is measured. */
const SPEED_ERROR = 0.02;
/** … and of a short run that hardly moves. */
const MAX_SPEED_ERROR = 0.05;

/** Whether a later run goes on where the line of an earlier one leads. */
export function isOneLine(before: FoundRun, after: FoundRun): boolean {
  const { speed } = before;
  if (Math.abs(after.speed / speed - 1) > MAX_SPEED_ERROR) return false;
  const begin = ({ workMs }: FoundRun) => workMs[speed > 0 ? 0 : 1];
  const lengthMs = after.queryMs[0] - before.queryMs[0];
  const isNatural = Math.abs(speed) === 1 && after.speed === speed;
  const tolerance = LINE_MS + (isNatural ? 0 : SPEED_ERROR * Math.abs(lengthMs));
  return Math.abs(begin(after) - begin(before) - speed * lengthMs) < tolerance;
}
