import { type AlignedSegment, type Anchor, cutAfter, cutBefore } from './aligned-segment.ts';
import { extend } from './extend.ts';

/** Letters (or Chinese characters) of a fine seed, and how many of them a gap must hold to be looked into. */
const FINE = 8;
/** Gaps of the query longer than this are text of its own, not what was left of a copied passage. */
const MAX_GAP = 1500;
/** How far around its neighbours' places in the work the text of a gap is looked for. */
const MARGIN = 400;
const NEIGHBOURS = 4;
const MAX_AREA = 24_000;
/** Places of one fine seed that are followed. */
const REPEATS = 8;
const MAX_GAPS = 4000;

interface Area {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds what the kept grams were too coarse for: between two copied stretches, short sentences that were moved
 * and scraps that survive many changes. Searched is only what lies around the neighbours in the work, so that a
 * short agreement there is evidence where in the whole work it would be chance; `chanceScore` of those sizes
 * says how short.
 */
export function fillGaps(
  query: Uint32Array,
  source: Uint32Array,
  segments: readonly AlignedSegment[],
  isEvidence: (segment: AlignedSegment, querySize: number, sourceSize: number) => boolean,
): AlignedSegment[] {
  const found: AlignedSegment[] = [];
  let gaps = 0;
  for (let i = 1; i < segments.length && gaps < MAX_GAPS; i++) {
    const gap = { from: segments[i - 1]!.queryTo, to: segments[i]!.queryFrom };
    const size = gap.to - gap.from;
    if (size < FINE || size > MAX_GAP) continue;
    const area = areaAround(segments, i, source.length);
    if (area === null) continue;
    gaps++;
    found.push(...searchGap(query, source, gap, area, isEvidence));
  }
  return found;
}

/** Where in the work the neighbours of a gap come from; null when that is all over it. */
function areaAround(segments: readonly AlignedSegment[], index: number, sourceSize: number): Area | null {
  let { sourceFrom: from, sourceTo: to } = segments[index]!;
  let known = false;
  for (let j = Math.max(0, index - NEIGHBOURS); j < Math.min(segments.length, index + NEIGHBOURS); j++) {
    const { sourceFrom, sourceTo } = segments[j]!;
    const [low, high] = [Math.min(from, sourceFrom), Math.max(to, sourceTo)];
    if (high - low > MAX_AREA) continue;
    known ||= j !== index;
    [from, to] = [low, high];
  }
  return known ? { from: Math.max(0, from - MARGIN), to: Math.min(sourceSize, to + MARGIN) } : null;
}

function searchGap(
  query: Uint32Array,
  source: Uint32Array,
  gap: Area,
  area: Area,
  isEvidence: (segment: AlignedSegment, querySize: number, sourceSize: number) => boolean,
): AlignedSegment[] {
  const candidates: AlignedSegment[] = [];
  for (const anchor of fineAnchors(query, source, gap, area)) {
    if (candidates.some((segment) => isInside(anchor, segment))) continue;
    const segment = within(growWithin(query, source, anchor), gap);
    if (segment && isEvidence(segment, gap.to - gap.from, area.to - area.from)) candidates.push(segment);
  }
  const kept: AlignedSegment[] = [];
  for (const candidate of candidates.sort((a, b) => b.score - a.score)) {
    if (kept.every((other) => candidate.queryTo <= other.queryFrom || candidate.queryFrom >= other.queryTo)) {
      kept.push(candidate);
    }
  }
  return kept;
}

function fineAnchors(query: Uint32Array, source: Uint32Array, gap: Area, area: Area): Anchor[] {
  const places = new Map<number, number[]>();
  visitFine(query, gap, (hash, at) => {
    const list = places.get(hash);
    if (list === undefined) places.set(hash, [at]);
    else if (list.length < REPEATS) list.push(at);
  });
  const anchors: Anchor[] = [];
  const reached = new Map<number, number>();
  visitFine(source, area, (hash, at) => {
    for (const place of places.get(hash) ?? []) {
      const diagonal = at - place;
      if (place < (reached.get(diagonal) ?? 0)) continue;
      let size = 0;
      while (place + size < gap.to && at + size < area.to && query[place + size] === source[at + size])
        size++;
      reached.set(diagonal, place + size);
      if (size >= FINE) anchors.push({ query: place, source: at, size });
    }
  });
  return anchors.sort((a, b) => b.size - a.size).slice(0, 64);
}

/** Every window of FINE characters with a rolling hash; what it finds is compared afterwards. */
function visitFine(points: Uint32Array, { from, to }: Area, visit: (hash: number, at: number) => void): void {
  const BASE = 0x9e3779b1;
  let power = 1;
  for (let i = 0; i < FINE; i++) power = Math.imul(power, BASE);
  let hash = 0;
  for (let i = from; i < to; i++) {
    hash = (Math.imul(hash, BASE) + points[i]! + 1) | 0;
    if (i - from >= FINE) hash = (hash - Math.imul(points[i - FINE]! + 1, power)) | 0;
    if (i - from >= FINE - 1) visit(hash, i - FINE + 1);
  }
}

function isInside(anchor: Anchor, segment: AlignedSegment): boolean {
  return (
    anchor.query >= segment.queryFrom &&
    anchor.query + anchor.size <= segment.queryTo &&
    anchor.source >= segment.sourceFrom &&
    anchor.source + anchor.size <= segment.sourceTo
  );
}

function growWithin(query: Uint32Array, source: Uint32Array, anchor: Anchor): AlignedSegment {
  const left = extend(query, source, anchor.query, anchor.source, -1);
  const right = extend(query, source, anchor.query + anchor.size, anchor.source + anchor.size, 1);
  return {
    queryFrom: anchor.query - left.query,
    queryTo: anchor.query + anchor.size + right.query,
    sourceFrom: anchor.source - left.source,
    sourceTo: anchor.source + anchor.size + right.source,
    edits: left.edits + right.edits,
    score: anchor.size + left.score + right.score,
    anchors: [anchor],
  };
}

/** What of a segment lies in the gap: beyond it the query belongs to its neighbours. */
function within(segment: AlignedSegment, gap: Area): AlignedSegment | null {
  const right = segment.queryTo > gap.to ? cutAfter(segment, gap.to) : segment;
  return right && right.queryFrom < gap.from ? cutBefore(right, gap.from) : right;
}
