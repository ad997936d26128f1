import type { TrueSegment } from './text-manifest.ts';

/** What a method says of one query. */
export type FoundSegment = TrueSegment;

/** Characters that were found rightly, found, and there to be found; on either side. */
export interface Tally {
  readonly query: Count;
  readonly source: Count;
  queries: number;
  /** Queries with at least one stretch that touches no true one on both sides. */
  falseAlarms: number;
  /** Queries with copies of which at least one was touched. */
  hits: number;
  copies: number;
}

interface Count {
  right: number;
  found: number;
  actual: number;
}

type Range = readonly [number, number];

export function newTally(): Tally {
  const count = (): Count => ({ right: 0, found: 0, actual: 0 });
  return { query: count(), source: count(), queries: 0, falseAlarms: 0, hits: 0, copies: 0 };
}

/** Adds one query. Characters count for a reference: the right place in the wrong work is wrong. */
export function addQuery(tally: Tally, actual: readonly TrueSegment[], found: readonly FoundSegment[]): void {
  const references = new Set([...actual, ...found].map((segment) => segment.reference));
  for (const reference of references) {
    const isOf = (segment: TrueSegment): boolean => segment.reference === reference;
    for (const side of ['query', 'source'] as const) {
      const truth = union(actual.filter(isOf).map((segment) => segment[side]));
      const guess = union(found.filter(isOf).map((segment) => segment[side]));
      tally[side].right += overlap(truth, guess);
      tally[side].found += length(guess);
      tally[side].actual += length(truth);
    }
  }
  const isTouched = (a: TrueSegment, b: TrueSegment): boolean =>
    a.reference === b.reference && touches(a.query, b.query) && touches(a.source, b.source);
  tally.queries++;
  if (found.some((segment) => !actual.some((truth) => isTouched(truth, segment)))) tally.falseAlarms++;
  if (actual.length === 0) return;
  tally.copies++;
  if (actual.some((truth) => found.some((segment) => isTouched(truth, segment)))) tally.hits++;
}

/** The figures of a tally; null where nothing could be counted. */
export function figures(tally: Tally) {
  const side = ({ right, found, actual }: Count) => {
    const precision = found === 0 ? null : right / found;
    const recall = actual === 0 ? null : right / actual;
    const f1 = actual === 0 ? null : found === 0 ? 0 : (2 * right) / (found + actual);
    return { precision, recall, f1 };
  };
  return {
    queries: tally.queries,
    query: side(tally.query),
    source: side(tally.source),
    found: tally.copies === 0 ? null : tally.hits / tally.copies,
    falseAlarmRate: tally.queries === 0 ? null : tally.falseAlarms / tally.queries,
  };
}

/** Sums tallies. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  const total = newTally();
  for (const tally of tallies) {
    for (const side of ['query', 'source'] as const) {
      for (const key of ['right', 'found', 'actual'] as const) total[side][key] += tally[side][key];
    }
    for (const key of ['queries', 'falseAlarms', 'hits', 'copies'] as const) total[key] += tally[key];
  }
  return total;
}

function touches(a: Range, b: Range): boolean {
  return a[0] < b[1] && b[0] < a[1];
}

function union(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

function length(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

function overlap(a: readonly Range[], b: readonly Range[]): number {
  let total = 0;
  for (const x of a) for (const y of b) total += Math.max(0, Math.min(x[1], y[1]) - Math.max(x[0], y[0]));
  return total;
}
