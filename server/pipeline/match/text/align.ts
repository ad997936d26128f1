import { type AlignedSegment, type Anchor, cutAfter, cutBefore } from './aligned-segment.ts';
import { extend } from './extend.ts';
import { fillGaps } from './fill-gaps.ts';
import { joinReplaced } from './join-replaced.ts';
import type { TextView } from './text-match.ts';

/** A gram that repeats within a text is followed at this many places. */
const REPEATS = 16;
/** An anchor within this many folded characters of a segment's way is part of it. */
const NEAR_WAY = 24;
/** Each round of filling leaves smaller gaps, in which less is evidence. */
const ROUNDS = 2;

/**
 * What aligning two texts may cost, in points walked and segments compared: a table against a table of the same rows
 * agrees nearly everywhere with nearly everything. The longest anchors come first, so what is left out is the least.
 */
const WALK_BUDGET = 10_000_000;
const COMPARE_BUDGET = 60_000_000;

interface Grown extends AlignedSegment {
  /** Pairs (query, source), ascending, from begin to end. */
  readonly way: readonly number[];
  readonly members: Anchor[];
  readonly steps: number;
}

/**
 * Aligns two texts: every kept gram they share is a seed, seeds grow to stretches that agree letter by letter,
 * the longest first grow on through edits, and what they reach takes the smaller ones along. Reordered passages
 * give segments of their own. On the query's side segments do not overlap.
 *
 * `places` are the query's grams by hash (`placesByHash`), computed once for all references.
 */
export function alignTexts(
  query: TextView,
  source: TextView,
  places: ReadonlyMap<number, readonly number[]>,
): AlignedSegment[] {
  const queryPoints = query.normalized.points;
  const sourcePoints = source.normalized.points;
  const anchors = findAnchors(queryPoints, sourcePoints, findSeeds(source, places));
  const grown: Grown[] = [];
  let walked = 0;
  let compared = 0;
  for (const anchor of anchors.sort((a, b) => b.size - a.size || a.query - b.query)) {
    const owner = grown.find((segment) => isOnWay(segment, anchor));
    compared += grown.length;
    if (owner) owner.members.push(anchor);
    else {
      const segment = grow(queryPoints, sourcePoints, anchor);
      walked += segment.steps;
      grown.push(segment);
    }
    if (walked > WALK_BUDGET || compared > COMPARE_BUDGET) break;
  }
  const segments = grown.map((segment) => ({ ...segment, anchors: ascending(segment.members) }));
  const certain = withoutOverlap(segments, queryPoints, sourcePoints);
  const isEvidence = (segment: AlignedSegment, querySize: number, sourceSize: number): boolean =>
    segment.score * meanWeight(queryPoints, segment) >= chanceScore(querySize, sourceSize);
  let found = joinReplaced(queryPoints, sourcePoints, certain);
  for (let round = 0; round < ROUNDS; round++) {
    const filled = fillGaps(queryPoints, sourcePoints, found, isEvidence);
    if (filled.length === 0) break;
    const all = [...found, ...filled].sort((x, y) => x.queryFrom - y.queryFrom);
    found = joinReplaced(queryPoints, sourcePoints, all);
  }
  return found;
}

/** Keys diagonal · 2^26 + query place, so that a numeric sort orders seeds along each diagonal. */
function findSeeds(source: TextView, places: ReadonlyMap<number, readonly number[]>): Float64Array {
  const { hashes, positions } = source.winnowed;
  const seen = new Map<number, number>();
  const keys: number[] = [];
  for (let i = 0; i < hashes.length; i++) {
    const list = places.get(hashes[i]!);
    if (list === undefined) continue;
    const count = seen.get(hashes[i]!) ?? 0;
    if (count >= REPEATS) continue;
    seen.set(hashes[i]!, count + 1);
    for (const place of list) keys.push((positions[i]! - place + 2 ** 25) * 2 ** 26 + place);
  }
  return Float64Array.from(keys).sort();
}

function findAnchors(query: Uint32Array, source: Uint32Array, seeds: Float64Array): Anchor[] {
  const anchors: Anchor[] = [];
  let lastDiagonal = Number.NaN;
  let lastEnd = 0;
  for (const key of seeds) {
    const diagonal = Math.floor(key / 2 ** 26) - 2 ** 25;
    const place = key % 2 ** 26;
    const floor = diagonal === lastDiagonal ? lastEnd : 0;
    if (place < floor) continue;
    let from = place;
    while (from > floor && from + diagonal > 0 && query[from - 1] === source[from + diagonal - 1]) from--;
    let to = place;
    while (to < query.length && to + diagonal < source.length && query[to] === source[to + diagonal]) to++;
    lastDiagonal = diagonal;
    lastEnd = Math.max(floor, to);
    // Two grams of one hash that differ: a collision.
    if (to > place) anchors.push({ query: from, source: from + diagonal, size: to - from });
  }
  return anchors;
}

function grow(query: Uint32Array, source: Uint32Array, anchor: Anchor): Grown {
  const left = extend(query, source, anchor.query, anchor.source, -1);
  const right = extend(query, source, anchor.query + anchor.size, anchor.source + anchor.size, 1);
  const way: number[] = [];
  for (let i = left.way.length - 2; i >= 0; i -= 2) {
    way.push(anchor.query - left.way[i]!, anchor.source - left.way[i + 1]!);
  }
  way.push(anchor.query, anchor.source);
  const [queryEnd, sourceEnd] = [anchor.query + anchor.size, anchor.source + anchor.size];
  for (let i = 0; i < right.way.length; i += 2)
    way.push(queryEnd + right.way[i]!, sourceEnd + right.way[i + 1]!);
  return {
    queryFrom: anchor.query - left.query,
    sourceFrom: anchor.source - left.source,
    queryTo: queryEnd + right.query,
    sourceTo: sourceEnd + right.source,
    edits: left.edits + right.edits,
    score: anchor.size + left.score + right.score,
    anchors: [],
    way,
    members: [anchor],
    steps: left.steps + right.steps,
  };
}

function isOnWay(segment: Grown, anchor: Anchor): boolean {
  if (anchor.query < segment.queryFrom - NEAR_WAY || anchor.query + anchor.size > segment.queryTo + NEAR_WAY)
    return false;
  if (
    anchor.source < segment.sourceFrom - NEAR_WAY ||
    anchor.source + anchor.size > segment.sourceTo + NEAR_WAY
  ) {
    return false;
  }
  const { way } = segment;
  let low = 0;
  let high = way.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (way[2 * middle]! <= anchor.query) low = middle + 1;
    else high = middle;
  }
  const drift = (point: number): number =>
    point < 0 || 2 * point >= way.length
      ? Number.POSITIVE_INFINITY
      : Math.abs(way[2 * point + 1]! - way[2 * point]! - (anchor.source - anchor.query));
  return Math.min(drift(low - 1), drift(low)) <= NEAR_WAY;
}

/** Anchors in order, those that step back on the other side left out. */
function ascending(anchors: Anchor[]): Anchor[] {
  const kept: Anchor[] = [];
  for (const anchor of anchors.sort((a, b) => a.query - b.query)) {
    const last = kept.at(-1);
    const skip = last
      ? Math.max(0, last.query + last.size - anchor.query, last.source + last.size - anchor.source)
      : 0;
    if (skip < anchor.size) {
      kept.push({ query: anchor.query + skip, source: anchor.source + skip, size: anchor.size - skip });
    }
  }
  return kept;
}

/**
 * Of segments that claim the same characters of the query the better keeps them. Chance agreement is cut off first:
 * a score that two unrelated texts of these lengths reach is no evidence.
 */
function withoutOverlap(
  segments: AlignedSegment[],
  query: Uint32Array,
  source: Uint32Array,
): AlignedSegment[] {
  const least = chanceScore(query.length, source.length);
  const kept: AlignedSegment[] = [];
  for (const candidate of segments.sort((a, b) => b.score - a.score)) {
    let left: AlignedSegment | null = candidate;
    for (const other of kept) {
      if (!left) break;
      left = cutAway(left, other);
    }
    if (left && left.score * meanWeight(query, left) >= least) kept.push(left);
  }
  return kept.sort((a, b) => a.queryFrom - b.queryFrom);
}

function cutAway(segment: AlignedSegment, other: AlignedSegment): AlignedSegment | null {
  const from = Math.max(segment.queryFrom, other.queryFrom);
  const to = Math.min(segment.queryTo, other.queryTo);
  if (to <= from) return segment;
  const before = from - segment.queryFrom;
  const after = segment.queryTo - to;
  return before >= after ? cutAfter(segment, from) : cutBefore(segment, to);
}

/**
 * Score that the best of all places of two unrelated texts hardly exceeds: it grows with the logarithm of the number of
 * places (Karlin and Altschul 1990). Constants from pairs of unrelated English texts (scripts/bench/text-calibrate.ts).
 */
export function chanceScore(querySize: number, sourceSize: number): number {
  return 8 + 1.0 * Math.log(Math.max(2, querySize) * Math.max(2, sourceSize));
}

/** Mean weight of the characters of a segment: one Chinese character says as much as three letters. */
export function meanWeight(query: Uint32Array, segment: AlignedSegment): number {
  const { queryFrom, queryTo } = segment;
  let weight = 0;
  for (let i = queryFrom; i < queryTo; i++) weight += characterWeight(query[i]!);
  return weight / Math.max(1, queryTo - queryFrom);
}

// As in the fingerprint stage (grams.ts), a test compares them; a score is told in the same measure as a gram.
export function characterWeight(point: number): number {
  if (point < 0x3040) return 1;
  if (point <= 0x312f) return 2;
  if ((point >= 0x3400 && point <= 0x9fff) || (point >= 0xac00 && point <= 0xd7a3)) return 3;
  if ((point >= 0xf900 && point <= 0xfaff) || (point >= 0x20000 && point <= 0x3ffff)) return 3;
  return point >= 0xa000 && point <= 0xa4cf ? 3 : 1;
}
