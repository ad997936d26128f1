import type { AlignedRun } from './align-window.ts';
import { coarseSegment } from './coarse-segment.ts';
import { exactSegment, withVectors } from './exact-segment.ts';
import { findDoubtful, findGaps, type Stretch } from './find-foreign.ts';
import type { Lead } from './follow-lead.ts';
import { glanceAt } from './glance.ts';
import { joinSegments, liesOn, runOf } from './join-segments.ts';
import { isWhole, planWindows, type Window, wholeWindow, windowAcross } from './plan-windows.ts';
import { readWholeIfShort } from './read-frames.ts';
import { alignAt, type BothFrames, readAhead } from './read-window.ts';
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
  readonly both: BothFrames;
  readonly isPromising: boolean;
  readonly sampled: SampledFrames | null;
}

/** Stretches of a work that are held: two windows and two glances, of the path that is computed and of the next one. */
const HELD_OF_WORK = 8;
/** To read less than this whole costs no more than a few glances. */
const SHORT_MS = 30_000;

/**
 * The glance that every lead gets: others that are a little alike all over must not hide it. What it recommends is read at
 * once. Null without frames. `sampled` spares reading frames of the query.
 */
export async function openLead(
  lead: Lead,
  track: Pick<Track, 'durationMs' | 'spans'>,
  { frames, sampled }: { readonly frames: FrameReader | null; readonly sampled: SampledFrames | null },
  openFrames: () => Promise<FrameReader | null>,
): Promise<OpenLead | null> {
  const opened = frames && (await openFrames());
  if (!frames || !opened) return null;
  const both = { query: frames, work: readWholeIfShort(opened, lead.durationMs, HELD_OF_WORK) };
  const first = lead.paths[0]!;
  const { durationMs } = track;
  const isPromising =
    durationMs + lead.durationMs <= SHORT_MS || (await glanceAt(first, both.query, both.work, sampled));
  if (isPromising) {
    const whole = isWhole(durationMs, lead.durationMs);
    readAhead(
      whole
        ? [wholeWindow(lead.paths, durationMs, lead.durationMs)]
        : planWindows(first, { query: track, workStepMs: lead.workStepMs }),
      both,
    );
  }
  return { lead, both, isPromising, sampled };
}

/** By vectors alone. */
export function coarseSegments({ paths }: Lead, query: Track, track: Track): VideoSegmentMatch[] {
  return paths.flatMap((path) => coarseSegment(path, query, track));
}

/** The segments of a lead, set at full frame rate. */
export async function settleLead(
  { lead, both, isPromising, sampled }: OpenLead,
  queryTrack: Track,
  track: Track,
  patience: Patience,
): Promise<VideoSegmentMatch[]> {
  const samples = { query: queryTrack, workStepMs: lead.workStepMs };
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
    const found = await alignAt(window, both);
    note(found.length > 0);
    runs.push(...found);
    return found;
  };
  const glances = new Map([[lead.paths[0], Promise.resolve(isPromising)]]);
  const glance = (path: readonly PathPoint[]) => {
    const seen = glances.get(path) ?? glanceAt(path, both.query, both.work, sampled);
    glances.set(path, seen);
    return seen;
  };
  // While a path is computed the next one is glanced at, and read where that says so.
  const lookAhead = (from: number) => {
    if (patience.left <= 0 || windows >= MAX_WINDOWS) return;
    const next = lead.paths
      .slice(from + 1)
      .find((path) => !runsBeside(path, lead.paths[from]!) && !isFound(path, segments(), compare));
    if (!next || glances.has(next)) return;
    glance(next).then(
      (isSeen) => isSeen && readAhead(planWindows(next, samples), both),
      () => {},
    );
  };
  const isWorthReading = async (path: readonly PathPoint[], i: number) => {
    if (i > 0 && patience.left <= 0) return false;
    const isSeen = await glance(path);
    if (!isSeen) note(false);
    return isSeen;
  };
  for (const [i, path] of lead.paths.entries()) {
    if (isFound(path, segments(), compare) || !(await isWorthReading(path, i))) continue;
    if (isWhole(queryTrack.durationMs, track.durationMs)) {
      await look(wholeWindow(lead.paths, queryTrack.durationMs, track.durationMs));
      break;
    }
    lookAhead(i);
    const known = segments().map(runOf);
    await settlePath(path, samples, look, (run) => known.some((other) => liesOn(run, other)));
  }
  for (const segment of segments()) {
    const run = runOf(segment);
    const along = samplesAlong(segment, compare(), reachOf(compare()));
    // Between the windows that were read, and within them, too: other film of a second or two is bridged there.
    for (const stretch of findDoubtful(along)) {
      const found = await look(windowAcross(run, stretch));
      foreign.push(...findGaps(found ?? [], run, stretch));
    }
  }
  return segments().map((segment) => withVectors(segment, compare()));
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

/** Whether a path says much the same as another one. */
function runsBeside(path: readonly PathPoint[], other: readonly PathPoint[]): boolean {
  const near = path.filter((point) =>
    other.some(
      ({ queryMs, workMs }) =>
        Math.abs(point.queryMs - queryMs) < BESIDE_MS && Math.abs(point.workMs - workMs) < BESIDE_MS,
    ),
  );
  return near.length > 0.5 * path.length;
}
