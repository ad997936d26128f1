import type { WorkId } from '../../../domain/ids.ts';
import type { FrameHit, FrameSearch, Track, TrackPart } from './track.ts';

/** A work to look at, and the frames of the query of which parts look like something in it. */
export interface Candidate {
  readonly workId: WorkId;
  readonly partSpans: ReadonlySet<number>;
}

const NEIGHBOURS = 12;
/** A work is looked at from this sum of votes in a row on: three frames that are somewhat alike, or one alone. */
const MIN_VOTES = 0.6;
/** Stretches of a work in one bin; neighbouring bins are counted together, so that a line of any speed stays in them. */
const BIN = 6;

/** What is asked about: every frame, and parts of frames with what they must be better by. */
interface ChooseInput {
  readonly track: Track;
  readonly parts: readonly TrackPart[];
  readonly minSimilarity: number;
  readonly partPenalty: number;
  readonly exclude: ReadonlySet<WorkId>;
  readonly maxWorks: number;
}

/** Votes of one work: for each difference of places (in bins) every frame's best, once. */
interface Ballot {
  readonly bins: Map<number, Map<number, number>>;
  readonly partSpans: Set<number>;
}

/**
 * Works by votes in a row. Among thousands of hours every work has frames like some of the query's; what a copy has
 * besides is that they follow each other. So a vote counts for the difference of the two places, and a work is worth
 * the best few neighbouring differences: a copy of five seconds beats a film that is a little alike all over.
 */
export async function chooseWorks(input: ChooseInput, search: FrameSearch): Promise<Candidate[]> {
  const { track, parts, minSimilarity, partPenalty, exclude } = input;
  const { spans } = track;
  const vectors = [...spans.map(({ vector }) => vector), ...parts.map(({ vector }) => vector)];
  if (vectors.length === 0) return [];
  const ballots = new Map<WorkId, Ballot>();
  for (const [i, hits] of (await search.query(vectors, NEIGHBOURS)).entries()) {
    const part = i < spans.length ? null : parts[i - spans.length]!;
    const at = part ? part.span : i;
    for (const hit of hits) {
      const similarity = hit.similarity - (part ? partPenalty : 0);
      if (similarity < minSimilarity || exclude.has(hit.workId)) continue;
      const ballot = ballots.get(hit.workId) ?? { bins: new Map(), partSpans: new Set() };
      ballots.set(hit.workId, ballot);
      if (part) ballot.partSpans.add(at);
      vote(ballot, at, hit, similarity);
    }
  }
  const least = Math.min(MIN_VOTES, 0.5 * spans.length);
  return [...ballots]
    .map(([workId, { bins, partSpans }]) => ({ workId, partSpans, votes: mostInARow(bins) }))
    .filter(({ votes }) => votes >= least)
    .toSorted((a, b) => b.votes - a.votes)
    .slice(0, input.maxWorks);
}

function vote({ bins }: Ballot, at: number, hit: FrameHit, similarity: number): void {
  const bin = Math.floor((hit.span - at) / BIN);
  const frames = bins.get(bin) ?? new Map<number, number>();
  bins.set(bin, frames);
  frames.set(at, Math.max(similarity, frames.get(at) ?? 0));
}

/** The highest sum of three neighbouring bins. */
function mostInARow(bins: ReadonlyMap<number, ReadonlyMap<number, number>>): number {
  const sums = new Map<number, number>();
  for (const [bin, frames] of bins) {
    let sum = 0;
    for (const similarity of frames.values()) sum += similarity;
    sums.set(bin, sum);
  }
  let most = 0;
  for (const [bin, sum] of sums)
    most = Math.max(most, sum + (sums.get(bin - 1) ?? 0) + (sums.get(bin + 1) ?? 0));
  return most;
}
