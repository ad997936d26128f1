import type { WorkId } from '../../../domain/ids.ts';
import type { Candidate } from './choose-works.ts';
import type { Proposal } from './hough.ts';
import { proposeRuns } from './hough.ts';
import { compareTracks, MIN_SIMILARITY, type Similarities, usualStep } from './similarity.ts';
import type { PathPoint } from './temporal-network.ts';
import { findPath } from './temporal-network.ts';
import { isComparedWhole, tilesAround, wholeTiles } from './tiles.ts';
import type { Track, TrackPart } from './track.ts';

/** What the vectors say of one work. */
export interface Lead {
  readonly workId: WorkId;
  /** Parts of the query's frames that may show the work. */
  readonly parts: readonly TrackPart[];
  /** The heaviest first. */
  readonly paths: readonly (readonly PathPoint[])[];
  /** Length of the work, and the usual time between its samples. */
  readonly durationMs: number;
  readonly workStepMs: number;
  /** Of the strongest path: the sum of what its similarities are above the floors. */
  readonly strength: number;
}

/** Frames around one whose part was found in a work. */
const PART_REACH = 4;
const MAX_PROPOSALS = 8;
const EXTEND_MS = 1_500;
const MAX_STEP_MS = 5_000;

/** Finds the paths of a candidate: a Hough transform over offset and speed, then a temporal network. Null without any. */
export async function followLead(
  query: { readonly track: Track; readonly parts: readonly TrackPart[] },
  { workId, partSpans, pairs }: Candidate,
  track: Track,
  floors: Float64Array,
  giveTurn?: () => Promise<void>,
): Promise<Lead | null> {
  const [rows, columns] = [query.track.spans.length, track.spans.length];
  const isWhole = isComparedWhole(rows, columns);
  const seen = isWhole ? partSpans : new Set(pairs.flatMap(({ row, isPart }) => (isPart ? [row] : [])));
  const parts = partsNear(query.parts, seen);
  const similarities = compareTracks(query.track, parts, track);
  const tiles = isWhole ? wholeTiles(rows, columns) : tilesAround(pairs, rows, columns);
  const proposals = await proposeRuns(similarities, {
    minSimilarity: MIN_SIMILARITY,
    maxProposals: MAX_PROPOSALS,
    tiles,
    ...(giveTurn ? { giveTurn } : {}),
  });
  const paths = proposals
    .map((proposal) => pathWithin(similarities, proposal))
    .filter((path) => path.length > 0);
  if (paths.length === 0) return null;
  const rowAt = new Map(query.track.spans.map(({ startMs }, row) => [startMs, row]));
  const strengths = paths.map((path) =>
    path.reduce(
      (sum, { queryMs, similarity }) => sum + Math.max(0, similarity - floors[rowAt.get(queryMs)!]!),
      0,
    ),
  );
  const { durationMs } = track;
  const workStepMs = usualStep(similarities.columnTimes);
  return { workId, parts, paths, durationMs, workStepMs, strength: Math.max(...strengths) };
}

/** Parts of the frames at and around those whose parts look like something of the work: an inset stays for a while. */
function partsNear(parts: readonly TrackPart[], spans: ReadonlySet<number>): TrackPart[] {
  if (spans.size === 0) return [];
  return parts.filter(({ span }) => {
    for (let near = span - PART_REACH; near <= span + PART_REACH; near++) if (spans.has(near)) return true;
    return false;
  });
}

function pathWithin(similarities: Similarities, proposal: Proposal): PathPoint[] {
  const widen = ([from, to]: readonly [number, number]): [number, number] => [
    from - EXTEND_MS,
    to + EXTEND_MS,
  ];
  return findPath(similarities, {
    queryMs: widen(proposal.queryMs),
    workMs: widen(proposal.workMs),
    backwards: proposal.speed < 0,
    minSimilarity: MIN_SIMILARITY,
    top: 5,
    maxStepMs: MAX_STEP_MS,
    line: proposal,
  });
}
