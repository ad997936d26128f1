import type { Gray } from './gray.ts';
import { mirror, shrink } from './gray.ts';
import type { Placement } from './placement.ts';
import { FULL, similarityUnder } from './placement.ts';
import { searchInside } from './search-inside.ts';

/** Frames believed to show the same: one of the query, and some of the work around that time. */
export interface Anchor {
  readonly query: Gray;
  readonly works: readonly Gray[];
}

/** A placement and how well the anchors agree under it. */
export interface Registration {
  readonly placement: Placement;
  readonly similarity: number;
}

const SEARCH_SIDE = 40;
const KEPT = 6;
const FOLLOWED = 3;
/** The whole frame is taken unless something else is clearly better. */
const PREFERENCE = 0.03;
const WHOLE_SLACK = 0.1;

/**
 * Finds where the work's picture lies in the query's: full frame, inset (picture-in-picture, letterbox), or crop,
 * each also mirrored. Searches small pictures by normalized correlation over all scales and positions, then follows
 * the best at the size given. Null when nothing agrees at all.
 */
export function registerFrames(anchors: readonly Anchor[]): Registration | null {
  const candidates: Placement[] = [FULL, { ...FULL, mirrored: true }];
  const looks = candidates.map((placement) => firstLook(placement, anchors));
  const [full, mirrored] = looks;
  // Of what is no whole frame nothing can be preferred to one that is as alike as that.
  if (full! + PREFERENCE >= 1 && full! >= mirrored!) return { placement: FULL, similarity: full! };
  const found: { placement: Placement; score: number }[] = [];
  for (const anchor of anchors) {
    const query = shrink(anchor.query, SEARCH_SIDE);
    for (const work of thin(anchor.works)) {
      for (const mirrored of [false, true]) {
        const small = shrink(mirrored ? mirror(work) : work, SEARCH_SIDE);
        found.push(...searchInset(query, small, mirrored), ...searchCrop(query, small, mirrored));
      }
    }
  }
  for (const { placement } of found.toSorted((a, b) => b.score - a.score)) {
    if (candidates.length >= 2 + KEPT) break;
    if (!candidates.some((other) => isAlike(other, placement))) candidates.push(placement);
  }
  const promising = candidates
    .map((placement, i) => ({
      placement,
      bonus: i < 2 ? PREFERENCE : 0,
      first: looks[i] ?? firstLook(placement, anchors),
    }))
    .toSorted((a, b) => b.first + b.bonus - a.first - a.bonus)
    .slice(0, FOLLOWED);
  let best: (Registration & { readonly rank: number }) | null = null;
  for (const { placement, bonus, first } of promising) {
    const followed = followUp(placement, anchors);
    // The frames are not yet known to be the very same: a small shift may only make up for what moved meanwhile.
    const isWhole = bonus > 0 && first > followed.similarity - WHOLE_SLACK;
    const refined = isWhole ? { placement, similarity: first } : followed;
    const rank = refined.similarity + bonus;
    if (!best || rank > best.rank) best = { ...refined, rank };
  }
  return best;
}

function firstLook(placement: Placement, anchors: readonly Anchor[]): number {
  const sum = anchors.reduce(
    (total, anchor) => total + similarityUnder(placement, anchor.query, bestWork(placement, anchor)),
    0,
  );
  return sum / anchors.length;
}

/**
 * Sets a placement again once a line through time is known: `anchorsAt(shift)` gives the pairs of the line moved by
 * some frames. Time and place trade against each other when things move; only where both are right do all pairs agree.
 */
export function settlePlacement(
  start: Placement,
  anchorsAt: (shift: number) => readonly Anchor[],
): { readonly placement: Placement; readonly shift: number } {
  let best = { placement: start, shift: 0 };
  let most = Number.NEGATIVE_INFINITY;
  for (const shift of SHIFTS) {
    const anchors = anchorsAt(shift);
    const followed = followUp(start, anchors);
    const whole = { ...FULL, mirrored: start.mirrored };
    const asWhole = firstLook(whole, anchors) + PREFERENCE;
    const isWhole = asWhole > followed.similarity;
    const { placement, similarity } = isWhole ? { placement: whole, similarity: asWhole } : followed;
    if (similarity > most) {
      most = similarity;
      best = { placement, shift };
    }
  }
  return best;
}

/** First, middle and last. */
function thin<T>(list: readonly T[]): readonly T[] {
  if (list.length <= 3) return list;
  return [list[0]!, list[list.length >> 1]!, list.at(-1)!];
}

function isAlike(a: Placement, b: Placement): boolean {
  if (a.mirrored !== b.mirrored) return false;
  const off = Math.abs(a.left - b.left) + Math.abs(a.top - b.top);
  return off + Math.abs(a.scaleX - b.scaleX) + Math.abs(a.scaleY - b.scaleY) < 0.15;
}

/** The whole work inside the query. */
function searchInset(query: Gray, work: Gray, mirrored: boolean) {
  return searchInside(query, work).map(({ x, y, width, height, score }) => ({
    score,
    placement: {
      scaleX: width / query.width,
      left: x / query.width,
      scaleY: height / query.height,
      top: y / query.height,
      mirrored,
    },
  }));
}

/** The whole query inside the work. */
function searchCrop(query: Gray, work: Gray, mirrored: boolean) {
  return searchInside(work, query).map(({ x, y, width, height, score }) => ({
    score,
    placement: {
      scaleX: work.width / width,
      left: -x / width,
      scaleY: work.height / height,
      top: -y / height,
      mirrored,
    },
  }));
}

const SHIFTS = [0, -1, 1, -2, 2, -4, 4];
const KEYS = ['left', 'top', 'scaleX', 'scaleY'] as const;

/** Follows the similarity uphill, all four numbers and the size as a whole, in shrinking steps. */
function followUp(start: Placement, anchors: readonly Anchor[]): Registration {
  let placement = start;
  const works = anchors.map((anchor) => bestWork(start, anchor));
  const score = (p: Placement) =>
    anchors.reduce((sum, anchor, i) => sum + similarityUnder(p, anchor.query, works[i]!), 0) / anchors.length;
  let similarity = score(placement);
  for (let step = 0.04; step > 0.002; step /= 2) {
    for (let moved = true, rounds = 0; moved && rounds < 4; rounds++) {
      moved = false;
      for (const change of changes(placement, step)) {
        const value = score(change);
        if (value > similarity + 1e-4) {
          similarity = value;
          placement = change;
          moved = true;
        }
      }
    }
  }
  return { placement, similarity };
}

function bestWork(placement: Placement, { query, works }: Anchor): Gray {
  let best = works[0]!;
  let most = -1;
  for (const work of works) {
    const value = similarityUnder(placement, query, work);
    if (value > most) {
      most = value;
      best = work;
    }
  }
  return best;
}

function* changes(p: Placement, step: number): Generator<Placement> {
  for (const sign of [step, -step]) {
    for (const key of KEYS) {
      const size = key === 'left' || key === 'scaleX' ? p.scaleX : p.scaleY;
      yield { ...p, [key]: p[key] + sign * Math.min(1, size) };
    }
    // Larger about the middle.
    const dx = sign * p.scaleX;
    const dy = sign * p.scaleY;
    yield { ...p, scaleX: p.scaleX + dx, scaleY: p.scaleY + dy, left: p.left - dx / 2, top: p.top - dy / 2 };
  }
}
