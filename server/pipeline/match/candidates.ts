import type { Print, Vector } from '../../domain/fingerprint.ts';
import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import { dotProducts } from '../fingerprint/index.ts';
import type { Background } from './background.ts';
import { chanceSimilarities, joinVectors } from './background.ts';
import type { QueryView } from './query-views.ts';
import type { Neighbour, VectorSearch } from './vector-search.ts';

/** A view of the query and a segment of a work that look alike. */
export interface ViewPair {
  readonly view: number;
  readonly segment: number;
  /** Cosine, −1…1. */
  readonly similarity: number;
  /** Cosine minus what the view has in common with strangers. */
  readonly normalized: number;
}

/** A work worth a closer look, its pairs best first. */
export interface Candidate {
  readonly workId: WorkId;
  readonly pairs: readonly ViewPair[];
}

/** Neighbours asked for a view. */
const NEIGHBOURS = 12;
/** Pairs kept a work. */
const MAX_PAIRS = 6;

/** Which works lie near any view of the query, most similar first (after score normalization). */
export function findCandidates(
  views: readonly QueryView[],
  search: VectorSearch,
  background: Background,
  limit: number,
): Candidate[] {
  const found = searchOnce(views, search);
  const chance = makeChance(views, background);
  const byWork = new Map<WorkId, ViewPair[]>();
  found.forEach((neighbours, view) => {
    for (const { workId, segment, similarity } of neighbours) {
      const pairs = byWork.get(workId) ?? [];
      pairs.push({ view, segment, similarity, normalized: similarity - chance(view) });
      byWork.set(workId, pairs);
    }
  });
  return [...byWork]
    .map(([workId, pairs]) => ({ workId, pairs: pairs.sort(byNormalized).slice(0, MAX_PAIRS) }))
    .sort((a, b) => byNormalized(a.pairs[0]!, b.pairs[0]!))
    .slice(0, limit);
}

const NEIGHBOURS_OF = new WeakMap<QueryView, readonly Neighbour[]>();

/** Neighbours of every view. Views live as long as a check does: those of its first step are not searched for again in the second. */
function searchOnce(views: readonly QueryView[], search: VectorSearch): (readonly Neighbour[])[] {
  const missing = views.filter((view) => !NEIGHBOURS_OF.has(view));
  const vectors = missing.map((view) => view.segment.vector);
  const found = vectors.length > 0 ? search.query(vectors, NEIGHBOURS) : [];
  missing.forEach((view, i) => {
    NEIGHBOURS_OF.set(view, found[i]!);
  });
  return views.map((view) => NEIGHBOURS_OF.get(view)!);
}

/** Compares every view with every segment of a work exactly: the index is approximate and gives only the nearest. */
export function pairExactly(views: readonly QueryView[], print: Print, background: Background): ViewPair[] {
  const chance = makeChance(views, background);
  const vectors = views.map((view) => view.segment.vector);
  const others = print.segments.map((segment) => segment.vector);
  const similarities = cosines(vectors, others);
  const pairs: ViewPair[] = [];
  views.forEach((_, view) => {
    others.forEach((_, segment) => {
      const similarity = similarities[view * others.length + segment]!;
      pairs.push({ view, segment, similarity, normalized: similarity - chance(view) });
    });
  });
  return pairs.sort(byNormalized).slice(0, MAX_PAIRS);
}

/** Cosines of all of `left` with all of `right`; 0 where one has no length. */
function cosines(left: readonly Vector[], right: readonly Vector[]): Float64Array {
  const products = dotProducts(joinVectors(left), joinVectors(right), VECTOR_DIMENSIONS);
  const squares = right.map(squareOf);
  const out = new Float64Array(products.length);
  left.forEach((vector, i) => {
    const square = squareOf(vector);
    right.forEach((_, j) => {
      const lengths = Math.sqrt(square * squares[j]!);
      out[i * right.length + j] = lengths === 0 ? 0 : products[i * right.length + j]! / lengths;
    });
  });
  return out;
}

function squareOf(vector: Vector): number {
  let sum = 0;
  for (let d = 0; d < vector.length; d++) sum += vector[d]! * vector[d]!;
  return sum;
}

function byNormalized(a: ViewPair, b: ViewPair): number {
  return b.normalized - a.normalized || b.similarity - a.similarity;
}

const CHANCE = new WeakMap<QueryView, number>();

/** Chance similarity by view, computed once a view. */
function makeChance(views: readonly QueryView[], background: Background): (view: number) => number {
  const missing = views.filter((view) => !CHANCE.has(view));
  const values = chanceSimilarities(
    missing.map((view) => view.segment.vector),
    background,
  );
  missing.forEach((view, i) => {
    CHANCE.set(view, values[i]!);
  });
  return (index) => CHANCE.get(views[index]!)!;
}
