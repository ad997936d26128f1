import type { WorkId } from '../../../domain/ids.ts';
import type { SoundComparison } from './along-line.ts';
import { compareSounds, HALF_WINDOW_MS } from './along-line.ts';
import {
  type AudioSegmentMatch,
  type AudioWorkMatch,
  type WindowEvidence,
  workTimeAt,
} from './audio-match.ts';
import { examineLine } from './examine-line.ts';
import type { SoundQuery, SoundSearch, SoundSource, SoundTrack } from './sound-track.ts';
import type { Ballot, LineCandidate } from './vote.ts';
import { chooseWorks, voteForLines } from './vote.ts';

/** What matching needs from outside. */
export interface MatchAudioDependencies {
  readonly search: SoundSearch;
  readonly works: SoundSource;
}

/** How much work a check may do. */
export interface MatchAudioOptions {
  readonly exclude?: readonly WorkId[];
  /** Lines that are looked at closely, for every eight seconds of the query. */
  readonly maxLines?: number;
  /**
   * Whether what the windows say of a line may come to anything. Where not, the line is dropped before loudness is compared,
   * which is most of the work: in a large registry nearly every stretch of a long query has lines of a window or two.
   */
  readonly isWorthSetting?: (evidence: WindowEvidence) => boolean;
  /** Called after every stretch of the query with what is done and what there is. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Awaited between stretches: each is computing in which nothing else runs. */
  readonly giveTurn?: () => Promise<void>;
}

/** Neighbours of a window, and the distance of the windows that are looked up. */
const NEIGHBOURS = 24;
const LOOKUP_MS = 256;
/** Votes are counted for so much of the query at once: a speed that is a little off hardly matters within it. */
const STRETCH_MS = 8_000;
const MAX_LINES = 24;
/** Works that are held though the last stretch of the query was not near them: tracks of an hour are 2 MB each. */
const MAX_UNUSED = 16;

/**
 * Third stage for audio: which stretches of which registered sounds are copied. Near windows vote for lines through
 * both times; each line is moved to where the windows agree best, followed outwards, and set exactly by the loudness
 * of both sounds. Throws what the dependencies throw.
 */
export async function matchAudio(
  query: SoundQuery,
  { search, works }: MatchAudioDependencies,
  options: MatchAudioOptions = {},
): Promise<AudioWorkMatch[]> {
  const found = new Map<WorkId, AudioSegmentMatch[]>();
  const tracks = new Map<WorkId, SoundTrack>();
  const comparisons = new Map<WorkId, SoundComparison>();
  const stretches = await cutBallots(query, search, new Set(options.exclude ?? []));
  for (const [i, ballots] of stretches.entries()) {
    const chosen = chooseWorks(ballots, stretches.length);
    const missing = chosen.filter((workId) => !tracks.has(workId));
    for (const [workId, track] of await works.loadTracks(missing)) tracks.set(workId, track);
    const candidates = voteForLines(ballots, tracks, options.maxLines ?? MAX_LINES);
    const fromMs = ballots[0]!.startMs;
    const toMs = ballots.at(-1)!.startMs + 2 * HALF_WINDOW_MS;
    for (const candidate of candidates) {
      const track = tracks.get(candidate.workId);
      const segments = found.get(candidate.workId) ?? [];
      if (!track || isCovered(candidate, segments, (fromMs + toMs) / 2)) continue;
      const comparison = comparisons.get(candidate.workId) ?? compareSounds(query, track);
      comparisons.set(candidate.workId, comparison);
      const segment = examineLine(
        query,
        track,
        comparison,
        candidate.line,
        [fromMs, toMs],
        options.isWorthSetting,
      );
      if (segment) found.set(candidate.workId, [...segments, segment]);
    }
    leaveOldest(tracks, [...found.keys(), ...chosen]);
    for (const workId of comparisons.keys()) if (!tracks.has(workId)) comparisons.delete(workId);
    options.onProgress?.(i + 1, stretches.length);
    await options.giveTurn?.();
  }
  return [...found].map(([workId, segments]) => ({ workId, segments: withoutOverlap(segments) }));
}

/**
 * By chance every stretch of a long query is near other works: without this it would hold the whole registry. The `used` ones
 * stay, and some of those that were used before.
 */
function leaveOldest(tracks: Map<WorkId, SoundTrack>, used: readonly WorkId[]): void {
  for (const workId of used) {
    const track = tracks.get(workId);
    if (track && tracks.delete(workId)) tracks.set(workId, track);
  }
  const oldest = [...tracks.keys()].slice(0, Math.max(0, tracks.size - new Set(used).size - MAX_UNUSED));
  for (const workId of oldest) tracks.delete(workId);
}

/** Looks up the query's windows, stretch by stretch; a last stretch under half the length joins the one before. */
async function cutBallots(
  query: SoundQuery,
  search: SoundSearch,
  exclude: ReadonlySet<WorkId>,
): Promise<Ballot[][]> {
  const windows = query.fine.filter(({ startMs }) => startMs % LOOKUP_MS === 0);
  if (windows.length === 0) return [];
  const vectors = windows.map(({ vector }) => vector);
  const found = await search.query(vectors, NEIGHBOURS);
  const ballots = found.map((hits, i) => ({
    startMs: windows[i]!.startMs,
    hits: hits.filter(({ workId }) => !exclude.has(workId)),
  }));
  const lastMs = ballots.at(-1)!.startMs;
  const count = Math.max(1, Math.round(lastMs / STRETCH_MS));
  const stretches = Array.from({ length: count }, (): Ballot[] => []);
  for (const ballot of ballots) {
    stretches[Math.min(count - 1, Math.floor((ballot.startMs * count) / (lastMs + 1)))]!.push(ballot);
  }
  return stretches.filter((stretch) => stretch.length > 0);
}

/** Whether a segment found before already runs along this line. */
function isCovered({ line }: LineCandidate, segments: readonly AudioSegmentMatch[], atMs: number): boolean {
  const workMs = line.speed * atMs + line.offsetMs;
  return segments.some((segment) => {
    const { startMs, endMs } = segment.query;
    return atMs >= startMs && atMs <= endMs && Math.abs(workTimeAt(segment, atMs) - workMs) < 400;
  });
}

/** Of segments that show the same stretch of the query the ones that agree best, in order of query time. */
function withoutOverlap(segments: readonly AudioSegmentMatch[]): AudioSegmentMatch[] {
  const strength = ({ evidence }: AudioSegmentMatch) => evidence.similarity * evidence.support;
  const kept: AudioSegmentMatch[] = [];
  for (const segment of segments.toSorted((a, b) => strength(b) - strength(a))) {
    const { startMs, endMs } = segment.query;
    const overlaps = kept.some(({ query }) => {
      const shared = Math.min(query.endMs, endMs) - Math.max(query.startMs, startMs);
      return shared > 0.3 * Math.min(endMs - startMs, query.endMs - query.startMs);
    });
    if (!overlaps) kept.push(segment);
  }
  return kept.toSorted((a, b) => a.query.startMs - b.query.startMs);
}
