import { type AlignedRun, alignWindow } from './align-window.ts';
import { coarseSegment } from './coarse-segment.ts';
import { exactSegment, withVectors } from './exact-segment.ts';
import { findDoubtful, findGaps, type Stretch } from './find-foreign.ts';
import type { Lead } from './follow-lead.ts';
import { glanceAt } from './glance.ts';
import { joinSegments, liesOn, runOf } from './join-segments.ts';
import { isWhole, type Window, wholeWindow, windowAcross } from './plan-windows.ts';
import { rangeAt } from './read-frames.ts';
import { reachOf, samplesAlong, similarityOn } from './samples-along.ts';
import { settlePath } from './settle-path.ts';
import { compareTracks, type Similarities } from './similarity.ts';
import type { PathPoint } from './temporal-network.ts';
import type { FrameReader, SampledFrames, Track } from './track.ts';
import type { VideoSegmentMatch } from './video-match.ts';

/** Stretches of one work read at full rate; each is bounded itself. */
const MAX_WINDOWS = 24;

/** Readings in vain, one after the other, after which what is left is too weak to be worth reading. */
export interface Patience {
  left: number;
  readonly most: number;
}

/** Both files of a lead, opened, and what a first glance at its strongest path said. */
export interface OpenLead {
  readonly lead: Lead;
  readonly query: FrameReader;
  readonly work: FrameReader;
  readonly isPromising: boolean;
  readonly sampled: SampledFrames | null;
}

/** To read less than this whole costs no more than a few glances. */
const SHORT_MS = 30_000;

/**
 * The glance that every lead gets: others that are a little alike all over must not hide it. Null without frames.
 * `sampled` spares reading frames of the query; `bothMs` is the length of both videos together.
 */
export async function openLead(
  lead: Lead,
  bothMs: number,
  { frames, sampled }: { readonly frames: FrameReader | null; readonly sampled: SampledFrames | null },
  openFrames: () => Promise<FrameReader | null>,
): Promise<OpenLead | null> {
  const work = frames && (await openFrames());
  if (!frames || !work) return null;
  const isPromising = bothMs <= SHORT_MS || (await glanceAt(lead.paths[0]!, frames, work, sampled));
  return { lead, query: frames, work, isPromising, sampled };
}

/** By vectors alone. */
export function coarseSegments({ paths }: Lead, query: Track, track: Track): VideoSegmentMatch[] {
  return paths.flatMap((path) => coarseSegment(path, query, track));
}

/** The segments of a lead, set at full frame rate. */
export async function settleLead(
  { lead, query, work, isPromising, sampled }: OpenLead,
  queryTrack: Track,
  track: Track,
  patience: Patience,
): Promise<VideoSegmentMatch[]> {
  const runs: AlignedRun[] = [];
  const foreign: Stretch[] = [];
  const note = (isFound: boolean) => {
    patience.left = isFound ? patience.most : patience.left - 1;
  };
  const segments = () =>
    joinSegments(
      runs
        .map((run) => exactSegment(run, queryTrack, track))
        .toSorted((a, b) => a.query.startMs - b.query.startMs),
      lead.paths,
      foreign,
    );
  let compared: Similarities | null = null;
  const compare = () => (compared ??= compareTracks(queryTrack, lead.parts, track));
  let windows = 0;
  const look = async (window: Window): Promise<readonly AlignedRun[] | null> => {
    if (windows >= MAX_WINDOWS || (windows > 0 && patience.left <= 0)) return null;
    windows++;
    const found = await alignAt(window, query, work);
    note(found.length > 0);
    runs.push(...found);
    return found;
  };
  const isWorthReading = async (path: readonly PathPoint[], i: number) => {
    if (i > 0 && patience.left <= 0) return false;
    const isSeen = i === 0 ? isPromising : await glanceAt(path, query, work, sampled);
    if (!isSeen) note(false);
    return isSeen;
  };
  for (const [i, path] of lead.paths.entries()) {
    if (isFound(path, segments(), compare) || !(await isWorthReading(path, i))) continue;
    if (isWhole(queryTrack.durationMs, track.durationMs)) {
      await look(wholeWindow(lead.paths, queryTrack.durationMs, track.durationMs));
      break;
    }
    const known = segments().map(runOf);
    await settlePath(path, queryTrack.durationMs, look, (run) => known.some((other) => liesOn(run, other)));
  }
  for (const segment of segments()) {
    const run = runOf(segment);
    const samples = samplesAlong(segment, compare(), reachOf(compare()));
    // Between the windows that were read, and within them, too: other film of a second or two is bridged there.
    for (const stretch of findDoubtful(samples)) {
      const found = await look(windowAcross(run, stretch));
      foreign.push(...findGaps(found ?? [], run, stretch));
    }
  }
  return segments().map((segment) => withVectors(segment, compare()));
}

async function alignAt(window: Window, query: FrameReader, work: FrameReader): Promise<AlignedRun[]> {
  const [[frames], [workFrames]] = await Promise.all([
    query.readClips([rangeAt(window.queryMs, window.maxFrames)]),
    work.readClips([rangeAt(window.workMs, 2 * window.maxFrames)]),
  ]);
  return alignWindow(frames!, workFrames!, window.paths);
}

/** A path that runs beside a line by less says nothing else: vectors stand a second apart. */
const BESIDE_MS = 3_000;

/**
 * Whether segments that were found already, also where only their ends were read, explain most points of a path: it lies on
 * or beside them, or what they show there is as like the query as what the path says.
 */
function isFound(
  path: readonly PathPoint[],
  segments: readonly VideoSegmentMatch[],
  compare: () => Similarities,
): boolean {
  if (segments.length === 0) return false;
  const similarities = compare();
  const nearMs = reachOf(similarities);
  const explained = path.filter(({ queryMs, workMs, similarity }) =>
    segments.some((segment) => {
      const { query, work, speed } = segment;
      if (queryMs < query.startMs || queryMs >= query.endMs) return false;
      const expected = (speed > 0 ? work.startMs : work.endMs) + speed * (queryMs - query.startMs);
      return (
        Math.abs(workMs - expected) < BESIDE_MS ||
        similarityOn(segment, queryMs, similarities, nearMs) >= similarity
      );
    }),
  );
  return explained.length > 0.5 * path.length;
}
