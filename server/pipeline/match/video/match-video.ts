import type { WorkId } from '../../../domain/ids.ts';
import type { AlignedRun } from './align-window.ts';
import { alignWindow } from './align-window.ts';
import { type Candidate, chooseWorks } from './choose-works.ts';
import { fitLine, median } from './fit-line.ts';
import type { Proposal } from './hough.ts';
import { proposeRuns } from './hough.ts';
import { joinSegments } from './join-segments.ts';
import { sharedBoxes } from './placement.ts';
import { planWindows, windowsBeyond } from './plan-windows.ts';
import type { Similarities } from './similarity.ts';
import { compareTracks, PART_PENALTY } from './similarity.ts';
import type { PathPoint } from './temporal-network.ts';
import { findPath, rangeOf } from './temporal-network.ts';
import { isComparedWhole, tilesAround, wholeTiles } from './tiles.ts';
import type { FrameReader, FrameSearch, GrayFrames, Track, TrackPart, TrackSource } from './track.ts';
import type { VideoSegmentMatch, VideoWorkMatch } from './video-match.ts';

/** The video asked about. `parts` find insets; without `frames` boundaries are only as exact as the samples. */
export interface MatchVideoQuery {
  readonly track: Track;
  readonly parts: readonly TrackPart[];
  readonly frames: FrameReader | null;
}

/** What matching needs from outside. */
export interface MatchVideoDependencies {
  readonly search: FrameSearch;
  readonly works: TrackSource;
}

/** How much work a check may do. */
export interface MatchVideoOptions {
  readonly exclude?: readonly WorkId[];
  /** Works that are looked at closely. */
  readonly maxWorks?: number;
  /** Called after every work with what is done and what there is. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Awaited between steps of computing, in which nothing else runs. */
  readonly giveTurn?: () => Promise<void>;
}

/** Frames around one whose part was found in a work. */
const PART_REACH = 4;
/** Works that are looked at closely. */
const MAX_WORKS = 20;
const MIN_SIMILARITY = 0.3;
const MAX_PROPOSALS = 6;
const EXTEND_MS = 1_500;
const MAX_STEP_MS = 5_000;
/** Long side of the frames that boundaries are set with. */
const SIDE = 96;
const HELD_CLIPS = 4;
/** Stretches of one work read at full rate; each is bounded itself. */
const MAX_WINDOWS = 24;
/**
 * Windows read in vain, one after the other, after which what is left is too weak to be worth reading. Where most frames
 * have neighbours this alike by chance, leads are many, and those after the strongest few say nothing.
 */
const MAX_IN_VAIN = 12;
const MAX_IN_VAIN_CROWDED = 4;
const CROWDED_FLOOR = 0.3;
/** From so many stretches on the index is asked for the parts of every other one: an inset stays for longer than that. */
const MANY_SPANS = 300;

/**
 * Third stage for video: which stretches of which registered works are copied. Votes of near vectors choose works;
 * a Hough transform over offset and speed, then a temporal network, say where about; the frames themselves, at full
 * rate, say where exactly, with which placement, and whether at all. Frames are read where the vectors say most first,
 * and not for ever: a check that finds nothing ends after a few windows. Memory grows with the two tracks, not with
 * their product. Throws what the dependencies throw.
 */
export async function matchVideo(
  query: MatchVideoQuery,
  { search, works }: MatchVideoDependencies,
  options: MatchVideoOptions = {},
): Promise<VideoWorkMatch[]> {
  const { track, parts } = query;
  const asked = {
    track,
    parts: track.spans.length < MANY_SPANS ? parts : parts.filter(({ span }) => span % 2 === 0),
    minSimilarity: MIN_SIMILARITY,
    partPenalty: PART_PENALTY,
    exclude: new Set(options.exclude ?? []),
    maxWorks: options.maxWorks ?? MAX_WORKS,
  };
  const { candidates, floors } = await chooseWorks(asked, search);
  const leads: Lead[] = [];
  const total = 2 * candidates.length;
  // One work at a time, and again when it is settled: twenty films of hours are half a gigabyte.
  const load = async (workId: WorkId) => (await works.loadTracks([workId])).get(workId);
  for (const [i, candidate] of candidates.entries()) {
    const work = await load(candidate.workId);
    const lead = work && (await followLead(query, candidate, work, floors, options.giveTurn));
    if (lead) leads.push(lead);
    options.onProgress?.(i + 1, total);
    await options.giveTurn?.();
  }
  leads.sort((a, b) => b.strength - a.strength);
  const once = { ...query, frames: query.frames && readOnce(query.frames) };
  const most = median([...floors]) >= CROWDED_FLOOR ? MAX_IN_VAIN_CROWDED : MAX_IN_VAIN;
  const patience = { left: most, most };
  const found = new Map<WorkId, VideoWorkMatch>();
  for (const [i, lead] of leads.entries()) {
    const { workId } = lead;
    const work = await load(workId);
    const segments = work ? await settleLead(once, lead, work, () => works.openFrames(workId), patience) : [];
    if (segments.length > 0) found.set(workId, { workId, segments });
    options.onProgress?.(candidates.length + Math.round(((i + 1) / leads.length) * candidates.length), total);
    await options.giveTurn?.();
  }
  return candidates.flatMap(({ workId }) => found.get(workId) ?? []);
}

/** What the vectors say of one work. */
interface Lead {
  readonly workId: WorkId;
  /** Parts of the query's frames that may show the work. */
  readonly parts: readonly TrackPart[];
  readonly paths: readonly (readonly PathPoint[])[];
  /** Of the strongest path: the sum of what its similarities are above the floors. */
  readonly strength: number;
}

/** Several works ask for the same stretch of the query: the last ones read are kept. */
function readOnce(reader: FrameReader): FrameReader {
  const held = new Map<string, Promise<readonly GrayFrames[]>>();
  return {
    readClips(ranges) {
      const key = JSON.stringify(ranges);
      const clips = held.get(key) ?? reader.readClips(ranges);
      held.delete(key);
      held.set(key, clips);
      if (held.size > HELD_CLIPS) held.delete(held.keys().next().value!);
      return clips;
    },
  };
}

/** Parts of the frames at and around those whose parts look like something of the work: an inset stays for a while. */
function partsNear(parts: readonly TrackPart[], spans: ReadonlySet<number>): TrackPart[] {
  if (spans.size === 0) return [];
  return parts.filter(({ span }) => {
    for (let near = span - PART_REACH; near <= span + PART_REACH; near++) if (spans.has(near)) return true;
    return false;
  });
}

async function followLead(
  query: MatchVideoQuery,
  { workId, partSpans, pairs }: Candidate,
  track: Track,
  floors: Float64Array,
  giveTurn: MatchVideoOptions['giveTurn'],
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
  return { workId, parts, paths, strength: Math.max(...strengths) };
}

async function settleLead(
  query: MatchVideoQuery,
  { parts, paths }: Lead,
  track: Track,
  openFrames: () => Promise<FrameReader | null>,
  patience: { left: number; readonly most: number },
): Promise<VideoSegmentMatch[]> {
  const reader = query.frames && (await openFrames());
  if (!query.frames || !reader) return paths.flatMap((path) => coarseSegment(path, query.track, track));
  const similarities = compareTracks(query.track, parts, track);
  const segments: VideoSegmentMatch[] = [];
  const waiting = planWindows(paths, query.track.durationMs, track.durationMs);
  // Where it looks most alike every work is looked at: others that are a little alike all over must not hide it.
  const isWorthwhile = (looked: number) => looked === 0 || (looked < MAX_WINDOWS && patience.left > 0);
  for (let looked = 0; waiting.length > 0 && isWorthwhile(looked); looked++) {
    const window = waiting.shift()!;
    const range = (span: readonly [number, number], maxFrames: number) => [
      { startMs: span[0], endMs: span[1], side: SIDE, maxFrames },
    ];
    const [[frames], [workFrames]] = await Promise.all([
      query.frames.readClips(range(window.queryMs, window.maxFrames)),
      reader.readClips(range(window.workMs, 2 * window.maxFrames)),
    ]);
    const runs = alignWindow(frames!, workFrames!, window.paths);
    patience.left = runs.length > 0 ? patience.most : patience.left - 1;
    for (const run of runs) {
      segments.push(exactSegment(run, similarities, query.track, track));
      waiting.push(...windowsBeyond(window, run, query.track.durationMs));
    }
  }
  segments.sort((a, b) => a.query.startMs - b.query.startMs);
  return joinSegments(segments, paths);
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

/** A segment by vectors alone: one that several stretches agree on. */
function coarseSegment(path: readonly PathPoint[], query: Track, work: Track): VideoSegmentMatch[] {
  const first = path[0]!;
  const last = path.at(-1)!;
  if (path.length < 2) return [];
  const line = fitLine(
    path.map((point) => ({ ...point, weight: point.similarity })),
    null,
    700,
  );
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
        frames: 0,
        shown: 1,
      },
    },
  ];
}

function exactSegment(
  run: AlignedRun,
  similarities: Similarities,
  query: Track,
  work: Track,
): VideoSegmentMatch {
  const boxes = sharedBoxes(run.placement)!;
  const { scaleX, left, scaleY, top, mirrored } = run.placement;
  const a = (mirrored ? -1 : 1) / scaleX;
  const vectors = supportOf(run, similarities);
  return {
    query: { startMs: run.queryMs[0], endMs: Math.min(run.queryMs[1], query.durationMs), box: boxes.query },
    work: { startMs: run.workMs[0], endMs: Math.min(run.workMs[1], work.durationMs), box: boxes.work },
    speed: run.speed,
    mirrored,
    transform: {
      a,
      b: 0,
      c: mirrored ? 1 + left / scaleX : -left / scaleX,
      d: 0,
      e: 1 / scaleY,
      f: -top / scaleY,
    },
    isExact: true,
    evidence: {
      ...vectors,
      likeness: run.likeness,
      frames: run.frames,
      shown: boxes.work.width * boxes.work.height,
    },
  };
}

/** The stretch that shows the expected frame, and its neighbours. */
const NEAR_MS = 1_200;

/** What the vectors say along the line: the best partner near it, for every sampled frame of the run. */
function supportOf(run: AlignedRun, similarities: Similarities) {
  const { rowTimes, columnTimes } = similarities;
  let support = 0;
  let samples = 0;
  let sum = 0;
  const [fromRow, toRow] = rangeOf(rowTimes, run.queryMs[0], run.queryMs[1]);
  for (let row = fromRow; row < toRow; row++) {
    const time = rowTimes[row]!;
    if (time >= run.queryMs[1]) continue;
    const share = (time - run.queryMs[0]) / (run.queryMs[1] - run.queryMs[0]);
    const along = run.speed > 0 ? share : 1 - share;
    const expected = run.workMs[0] + along * (run.workMs[1] - run.workMs[0]);
    const [fromColumn, toColumn] = rangeOf(columnTimes, expected - NEAR_MS, expected + NEAR_MS);
    const near = similarities.block(row, row + 1, fromColumn, toColumn);
    let best = -1;
    for (const [k, value] of near.entries()) {
      if (Math.abs(columnTimes[fromColumn + k]! - expected) < NEAR_MS) best = Math.max(best, value);
    }
    samples++;
    if (best >= MIN_SIMILARITY) support++;
    sum += Math.max(0, best);
  }
  return { similarity: samples > 0 ? sum / samples : 0, support, samples };
}
