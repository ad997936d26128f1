import type { WorkId } from '../../../domain/ids.ts';
import { median } from './fit-line.ts';
import type { Pair } from './tiles.ts';
import type { FrameHit, FrameSearch, Track, TrackPart } from './track.ts';

/** A work to look at. */
export interface Candidate {
  readonly workId: WorkId;
  /** Stretches of the query of which parts look like something in the work. */
  readonly partSpans: ReadonlySet<number>;
  /** Pairs that stand in a row with others; `isPart` when only a part of the query's frame is like it. */
  readonly pairs: readonly (Pair & { readonly isPart: boolean })[];
}

/** The works to look at, best first, and what a similarity is worth. */
export interface Choice {
  readonly candidates: readonly Candidate[];
  /** For every stretch of the query what a similarity must be above to be worth something. */
  readonly floors: Float64Array;
}

/** Of every vector so many neighbours are asked for. */
export const NEIGHBOURS_OF_FRAME = 12;
/** A work is looked at from this sum of votes in a row on: three frames that are somewhat alike, or one alone. */
const MIN_VOTES = 0.6;
/** Stretches of a work in one bin; neighbouring bins are counted together, so that a line of any speed stays in them. */
const BIN = 6;
/**
 * The least of a frame's nearest neighbours says what chance gives: among thousands of hours everything has so many
 * frames that are as like as that. What is above this share of it counts; a very like neighbour is no chance, though,
 * but another copy.
 */
const FLOOR_SHARE = 0.75;
const MAX_CHANCE = 0.6;
/** Pairs are looked at where the votes in a row are worth so many times what the work's usual votes are, or this much. */
const ABOVE_USUAL = 2;
const SURE_WORTH = 1.2;

/** What is asked about: every frame, and parts of frames with what they must be better by. */
interface ChooseInput {
  readonly track: Track;
  readonly parts: readonly TrackPart[];
  readonly minSimilarity: number;
  readonly partPenalty: number;
  readonly exclude: ReadonlySet<WorkId>;
  readonly maxWorks: number;
}

/** What a hit adds to its work. */
interface Vote {
  readonly similarity: number;
  /** By how much it is above what chance gives. */
  readonly worth: number;
}

/** Votes of one work: for each difference of places (in bins) every frame's best, once; and all pairs. */
interface Ballot {
  readonly bins: Map<number, Map<number, Vote>>;
  readonly partSpans: Set<number>;
  readonly pairs: (Pair & { readonly isPart: boolean })[];
}

/**
 * Works by votes in a row. Among thousands of hours every work has frames like some of the query's; what a copy has
 * besides is that they follow each other. So a vote counts for the difference of the two places, and a work is worth
 * the best few neighbouring differences, by what they are above chance: a copy of five seconds beats a film that is a
 * little alike all over.
 */
export async function chooseWorks(input: ChooseInput, search: FrameSearch): Promise<Choice> {
  const { track, parts, minSimilarity, partPenalty, exclude } = input;
  const { spans } = track;
  const floors = new Float64Array(spans.length).fill(Number.POSITIVE_INFINITY);
  const vectors = [...spans.map(({ vector }) => vector), ...parts.map(({ vector }) => vector)];
  if (vectors.length === 0) return { candidates: [], floors };
  const ballots = new Map<WorkId, Ballot>();
  for (const [i, hits] of (await search.query(vectors, NEIGHBOURS_OF_FRAME)).entries()) {
    const part = i < spans.length ? null : parts[i - spans.length]!;
    const at = part ? part.span : i;
    const penalty = part ? partPenalty : 0;
    const chance = hits.length < NEIGHBOURS_OF_FRAME ? 0 : hits.at(-1)!.similarity - penalty;
    const floor = FLOOR_SHARE * Math.min(MAX_CHANCE, Math.max(0, chance));
    floors[at] = Math.min(floors[at]!, floor);
    for (const hit of hits) {
      const similarity = hit.similarity - penalty;
      if (similarity < minSimilarity || exclude.has(hit.workId)) continue;
      const ballot: Ballot = ballots.get(hit.workId) ?? { bins: new Map(), partSpans: new Set(), pairs: [] };
      ballots.set(hit.workId, ballot);
      if (part) ballot.partSpans.add(at);
      ballot.pairs.push({ row: at, column: hit.span, isPart: part !== null });
      vote(ballot, at, hit, { similarity, worth: similarity - floor });
    }
  }
  const least = Math.min(MIN_VOTES, 0.5 * spans.length);
  const candidates = [...ballots]
    .map(([workId, { bins, partSpans, pairs }]) => ({
      workId,
      partSpans,
      pairs,
      votes: greatest(sumsInARow(bins, 'similarity')),
      worths: sumsInARow(bins, 'worth'),
    }))
    .filter(({ votes }) => votes >= least)
    .map((work) => ({ ...work, worth: greatest(work.worths) }))
    .toSorted((a, b) => b.worth - a.worth)
    .slice(0, input.maxWorks)
    .map(({ workId, partSpans, pairs, worths, worth }) => {
      const enough = Math.min(worth, SURE_WORTH, ABOVE_USUAL * median([...worths.values()]));
      const near = pairs.filter(({ row, column }) => isInARow(worths, binOf(row, column), enough));
      return { workId, partSpans, pairs: near };
    });
  return { candidates, floors };
}

function binOf(row: number, column: number): number {
  return Math.floor((column - row) / BIN);
}

function vote({ bins }: Ballot, at: number, hit: FrameHit, cast: Vote): void {
  const bin = binOf(at, hit.span);
  const frames = bins.get(bin) ?? new Map<number, Vote>();
  bins.set(bin, frames);
  const { similarity, worth } = frames.get(at) ?? { similarity: 0, worth: 0 };
  frames.set(at, { similarity: Math.max(similarity, cast.similarity), worth: Math.max(worth, cast.worth) });
}

/** For every bin with votes the sum of it and its two neighbours. */
function sumsInARow(bins: Ballot['bins'], of: keyof Vote): Map<number, number> {
  const own = new Map<number, number>();
  for (const [bin, frames] of bins) {
    let sum = 0;
    for (const cast of frames.values()) sum += cast[of];
    own.set(bin, sum);
  }
  const at = (bin: number) => own.get(bin) ?? 0;
  return new Map([...own.keys()].map((bin) => [bin, at(bin) + at(bin - 1) + at(bin + 1)]));
}

function greatest(sums: ReadonlyMap<number, number>): number {
  let most = 0;
  for (const sum of sums.values()) most = Math.max(most, sum);
  return most;
}

/** Whether a vote in this bin is one of those that are counted together. */
function isInARow(sums: ReadonlyMap<number, number>, bin: number, least: number): boolean {
  return [bin - 1, bin, bin + 1].some((near) => (sums.get(near) ?? 0) >= least);
}
