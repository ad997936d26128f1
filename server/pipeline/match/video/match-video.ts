import type { WorkId } from '../../../domain/ids.ts';
import { InputError } from '../../../errors.ts';
import type { AlignedRun } from './align-window.ts';
import { alignWindow } from './align-window.ts';
import { chooseWorks } from './choose-works.ts';
import { fitLine } from './fit-line.ts';
import type { Proposal } from './hough.ts';
import { proposeRuns } from './hough.ts';
import { joinSegments } from './join-segments.ts';
import { sharedBoxes } from './placement.ts';
import { planWindows, windowsBeyond } from './plan-windows.ts';
import type { SimilarityMatrix } from './similarity.ts';
import { compareTracks, PART_PENALTY } from './similarity.ts';
import type { PathPoint } from './temporal-network.ts';
import { findPath } from './temporal-network.ts';
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
  /** Awaited between works: each is up to a second of computing, in which nothing else runs. */
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
/** Most similarities of two videos held at once (2 GiB): more than six hours with more than six hours. */
const MAX_SIMILARITIES = 2 ** 29;

/**
 * Third stage for video: which stretches of which registered works are copied. Votes of near vectors choose works;
 * a Hough transform over offset and speed, then a temporal network, say where about; the frames themselves, at full
 * rate, say where exactly, with which placement, and whether at all. Throws what the dependencies throw, and
 * `media_too_large` when a work to be looked at and the query are both too long to be compared.
 */
export async function matchVideo(
  query: MatchVideoQuery,
  { search, works }: MatchVideoDependencies,
  options: MatchVideoOptions = {},
): Promise<VideoWorkMatch[]> {
  const { track, parts } = query;
  const asked = {
    track,
    parts,
    minSimilarity: MIN_SIMILARITY,
    partPenalty: PART_PENALTY,
    exclude: new Set(options.exclude ?? []),
    maxWorks: options.maxWorks ?? MAX_WORKS,
  };
  const candidates = await chooseWorks(asked, search);
  const workIds = candidates.map(({ workId }) => workId);
  const once = { ...query, frames: query.frames && readOnce(query.frames) };
  const tracks = await works.loadTracks(workIds);
  const matches: VideoWorkMatch[] = [];
  for (const [i, { workId, partSpans }] of candidates.entries()) {
    const work = tracks.get(workId);
    if (work) {
      const near = partsNear(parts, partSpans);
      const segments = await matchWork({ ...once, parts: near }, work, () => works.openFrames(workId));
      if (segments.length > 0) matches.push({ workId, segments });
    }
    options.onProgress?.(i + 1, workIds.length);
    await options.giveTurn?.();
  }
  return matches;
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

async function matchWork(
  query: MatchVideoQuery,
  track: Track,
  openFrames: () => Promise<FrameReader | null>,
): Promise<VideoSegmentMatch[]> {
  const similarities = query.track.spans.length * track.spans.length;
  if (similarities > MAX_SIMILARITIES) {
    const hours = [query.track, track].map(({ durationMs }) => (durationMs / 3_600_000).toFixed(1));
    throw new InputError('media_too_large', `videos of ${hours.join(' and ')} hours cannot be compared`);
  }
  const matrix = compareTracks(query.track, query.parts, track);
  const proposals = proposeRuns(matrix, { minSimilarity: MIN_SIMILARITY, maxProposals: MAX_PROPOSALS });
  const paths = proposals
    .map((p) => ({ proposal: p, path: pathWithin(matrix, p) }))
    .filter((p) => p.path.length > 0);
  if (paths.length === 0) return [];
  const reader = query.frames && (await openFrames());
  if (!query.frames || !reader) return paths.flatMap(({ path }) => coarseSegment(path, query.track, track));
  const segments: VideoSegmentMatch[] = [];
  const found = paths.map(({ path }) => path);
  const waiting = planWindows(found, query.track.durationMs, track.durationMs);
  for (let looked = 0; waiting.length > 0 && looked < MAX_WINDOWS; looked++) {
    const window = waiting.shift()!;
    const range = (span: readonly [number, number], maxFrames: number) => [
      { startMs: span[0], endMs: span[1], side: SIDE, maxFrames },
    ];
    const [frames] = await query.frames.readClips(range(window.queryMs, window.maxFrames));
    const [workFrames] = await reader.readClips(range(window.workMs, 2 * window.maxFrames));
    for (const run of alignWindow(frames!, workFrames!, window.paths)) {
      segments.push(exactSegment(run, matrix, query.track, track));
      waiting.push(...windowsBeyond(window, run, query.track.durationMs));
    }
  }
  segments.sort((a, b) => a.query.startMs - b.query.startMs);
  return joinSegments(segments, found);
}

function pathWithin(matrix: SimilarityMatrix, proposal: Proposal): PathPoint[] {
  const widen = ([from, to]: readonly [number, number]): [number, number] => [
    from - EXTEND_MS,
    to + EXTEND_MS,
  ];
  return findPath(matrix, {
    queryMs: widen(proposal.queryMs),
    workMs: widen(proposal.workMs),
    backwards: proposal.speed < 0,
    minSimilarity: MIN_SIMILARITY,
    top: 5,
    maxStepMs: MAX_STEP_MS,
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
  matrix: SimilarityMatrix,
  query: Track,
  work: Track,
): VideoSegmentMatch {
  const boxes = sharedBoxes(run.placement)!;
  const { scaleX, left, scaleY, top, mirrored } = run.placement;
  const a = (mirrored ? -1 : 1) / scaleX;
  const vectors = supportOf(run, matrix);
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

/** What the vectors say along the line: the best partner near it, for every sampled frame of the run. */
function supportOf(run: AlignedRun, matrix: SimilarityMatrix) {
  const { rows, columns, values, rowTimes, columnTimes } = matrix;
  let support = 0;
  let samples = 0;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const time = rowTimes[i]!;
    if (time < run.queryMs[0] || time >= run.queryMs[1]) continue;
    const share = (time - run.queryMs[0]) / (run.queryMs[1] - run.queryMs[0]);
    const along = run.speed > 0 ? share : 1 - share;
    const expected = run.workMs[0] + along * (run.workMs[1] - run.workMs[0]);
    let best = -1;
    for (let j = 0; j < columns; j++) {
      // The stretch that shows the expected frame, and its neighbours.
      if (Math.abs(columnTimes[j]! - expected) < 1_200) best = Math.max(best, values[i * columns + j]!);
    }
    samples++;
    if (best >= MIN_SIMILARITY) support++;
    sum += Math.max(0, best);
  }
  return { similarity: samples > 0 ? sum / samples : 0, support, samples };
}
