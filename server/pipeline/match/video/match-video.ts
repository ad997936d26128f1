import type { WorkId } from '../../../domain/ids.ts';
import { createPartFilter } from './asked-parts.ts';
import { chooseWorks } from './choose-works.ts';
import { median } from './fit-line.ts';
import { followLead, type Lead } from './follow-lead.ts';
import { isEvident } from './glance.ts';
import { loadOnce } from './load-once.ts';
import { readOnce } from './read-frames.ts';
import { coarseSegments, type OpenLead, openLead, settleLead } from './settle-lead.ts';
import { MIN_SIMILARITY, PART_PENALTY } from './similarity.ts';
import type { FrameReader, FrameSearch, SampledFrames, Track, TrackPart, TrackSource } from './track.ts';
import type { VideoWorkMatch } from './video-match.ts';

/**
 * The video asked about. `parts` find insets; without `frames` boundaries are only as exact as the samples. `sampled`
 * spares reading them for a glance.
 */
export interface MatchVideoQuery {
  readonly track: Track;
  readonly parts: readonly TrackPart[];
  readonly frames: FrameReader | null;
  readonly sampled?: SampledFrames | null;
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

/** Works that are looked at closely. */
const MAX_WORKS = 20;
/**
 * Readings in vain, one after the other, after which what is left is too weak to be worth reading. Where most frames
 * have neighbours this alike by chance, leads are many, and those after the strongest few say nothing.
 */
const MAX_IN_VAIN = 12;
const MAX_IN_VAIN_CROWDED = 4;
const CROWDED_FLOOR = 0.3;
/** Works that are glanced at while another is computed. */
const READ_AHEAD = 2;

/**
 * Third stage for video: which stretches of which registered works are copied. Votes of near vectors choose works;
 * a Hough transform over offset and speed, then a temporal network, say where about; the frames themselves, at full
 * rate, say where exactly, with which placement, and whether at all. Frames are read where the vectors say most first,
 * and not for ever: a check that finds nothing ends after a few glances. Memory grows with the two tracks, not with
 * their product. Throws what the dependencies throw.
 */
export async function matchVideo(
  query: MatchVideoQuery,
  { search, works }: MatchVideoDependencies,
  options: MatchVideoOptions = {},
): Promise<VideoWorkMatch[]> {
  const { track, parts } = query;
  const isAsked = createPartFilter(track.durationMs);
  const spans = track.spans.map(({ startMs }) => isAsked(startMs));
  const asked = {
    track,
    parts: parts.filter(({ span }) => spans[span]),
    minSimilarity: MIN_SIMILARITY,
    partPenalty: PART_PENALTY,
    exclude: new Set(options.exclude ?? []),
    maxWorks: options.maxWorks ?? MAX_WORKS,
  };
  const { candidates, floors } = await chooseWorks(asked, search);
  const leads: Lead[] = [];
  const total = 2 * candidates.length;
  const loads = loadOnce(works);
  const frames = query.frames && readOnce(query.frames);
  const opened = new Map<Lead, Promise<OpenLead | null>>();
  const open = (lead: Lead) => {
    const before = opened.get(lead);
    if (before) return before;
    const opening = openLead(lead, track, { frames, sampled: query.sampled ?? null }, () =>
      works.openFrames(lead.workId),
    );
    // Who is to come learns of it when it is their turn.
    opening.catch(() => {});
    opened.set(lead, opening);
    return opening;
  };
  for (const [i, candidate] of candidates.entries()) {
    const work = await loads.load(candidate.workId);
    const lead = work && (await followLead(query, candidate, work, floors, options.giveTurn));
    if (lead) leads.push(lead);
    else loads.forget(candidate.workId);
    // What is plainly a copy is read while others are still looked for: nothing else is decoded then.
    if (lead && opened.size < READ_AHEAD && isEvident(lead.paths[0]!)) open(lead);
    options.onProgress?.(i + 1, total);
    await options.giveTurn?.();
  }
  leads.sort((a, b) => b.strength - a.strength);
  const most = median([...floors]) >= CROWDED_FLOOR ? MAX_IN_VAIN_CROWDED : MAX_IN_VAIN;
  const patience = { left: most, most };
  const found = new Map<WorkId, VideoWorkMatch>();
  const openFrom = (first: number) => {
    for (const lead of leads.slice(first)) if (opened.size < READ_AHEAD) open(lead);
  };
  openFrom(0);
  for (const [i, lead] of leads.entries()) {
    const ready = await open(lead);
    // It holds what was read.
    opened.delete(lead);
    // The next ones are read while this one is computed.
    openFrom(i + 1);
    const { workId } = lead;
    const isWorthIt = !ready || ready.isPromising || patience.left > 0;
    const work = isWorthIt ? await loads.load(workId) : undefined;
    loads.forget(workId);
    if (work) {
      const segments = ready
        ? await settleLead(ready, track, work, patience)
        : coarseSegments(lead, track, work);
      if (segments.length > 0) found.set(workId, { workId, segments });
    }
    options.onProgress?.(candidates.length + Math.round(((i + 1) / leads.length) * candidates.length), total);
    await options.giveTurn?.();
  }
  return candidates.flatMap(({ workId }) => found.get(workId) ?? []);
}
