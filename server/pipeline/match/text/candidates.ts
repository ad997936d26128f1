import type { WorkId } from '../../../domain/ids.ts';
import type { Posting, TextIndex, TextView } from './text-match.ts';

/** A registered text worth comparing, and how much speaks for it. */
export interface Candidate {
  readonly workId: WorkId;
  readonly score: number;
}

interface Seed {
  readonly query: number;
  readonly source: number;
  readonly weight: number;
}

/** Postings asked for one gram; also where a gram begins to count as common. */
export const POSTINGS_PER_GRAM = 64;
const COMMON_AT = 4;
const BATCH = 8192;
// Seeds of one copied stretch follow each other within this many folded characters, on nearly the same diagonal.
const REACH = 800;
const DRIFT = 64;
const LOOK_BACK = 24;

/**
 * Asks the index for every kept gram of the query and ranks the works by their best chain of seeds: a run of grams
 * in the same order at nearly the same distances, each weighing less the more works have it. A long text by chance
 * shares many grams with another, but not in a row.
 */
export async function findCandidates(query: TextView, index: TextIndex): Promise<Candidate[]> {
  const places = placesByHash(query);
  const seeds = new Map<WorkId, Seed[]>();
  const hashes = [...places.keys()];
  for (let from = 0; from < hashes.length; from += BATCH) {
    const postings = await index.lookup(hashes.slice(from, from + BATCH), POSTINGS_PER_GRAM);
    collect(postings, places, seeds);
  }
  return [...seeds]
    .map(([workId, list]) => ({ workId, score: bestChain(list) }))
    .sort((a, b) => b.score - a.score);
}

/** Where each kept gram stands; of one that repeats, the first few. */
export function placesByHash(view: TextView, limit = 16): Map<number, number[]> {
  const { hashes, positions } = view.winnowed;
  const places = new Map<number, number[]>();
  for (let i = 0; i < hashes.length; i++) {
    const list = places.get(hashes[i]!);
    if (list === undefined) places.set(hashes[i]!, [positions[i]!]);
    else if (list.length < limit) list.push(positions[i]!);
  }
  return places;
}

function collect(
  postings: readonly Posting[],
  places: ReadonlyMap<number, readonly number[]>,
  seeds: Map<WorkId, Seed[]>,
): void {
  const frequency = new Map<number, number>();
  for (const { hash } of postings) frequency.set(hash, (frequency.get(hash) ?? 0) + 1);
  for (const { hash, workId, position } of postings) {
    const weight = Math.min(1, COMMON_AT / frequency.get(hash)!);
    let list = seeds.get(workId);
    if (list === undefined) {
      list = [];
      seeds.set(workId, list);
    }
    for (const place of places.get(hash) ?? []) list.push({ query: place, source: position, weight });
  }
}

/** Weight of the heaviest chain. Each seed looks back at a few before it, so the cost stays linear. */
function bestChain(seeds: Seed[]): number {
  seeds.sort((a, b) => a.query - b.query || a.source - b.source);
  const weights = new Float64Array(seeds.length);
  let best = 0;
  for (let i = 0; i < seeds.length; i++) {
    const seed = seeds[i]!;
    let before = 0;
    for (let j = i - 1; j >= 0 && i - j <= LOOK_BACK; j--) {
      const other = seeds[j]!;
      const distance = seed.query - other.query;
      if (distance > REACH) break;
      if (distance === 0 || seed.source <= other.source) continue;
      const drift = Math.abs(seed.source - other.source - distance);
      if (drift <= DRIFT && weights[j]! > before) before = weights[j]!;
    }
    weights[i] = before + seed.weight;
    if (weights[i]! > best) best = weights[i]!;
  }
  return best;
}
