import type { TrueSegment } from './video-manifest.ts';

/** A rectangle in query time × reference time, seconds. */
export interface Box {
  readonly query: readonly [number, number];
  readonly source: readonly [number, number];
}

/** One (query, reference) pair: what is true and what was said. */
export interface Pair {
  readonly queryId: string;
  readonly reference: string;
  readonly truth: readonly Box[];
  readonly predicted: readonly Box[];
}

export interface VcslScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly macroF1: number;
  /** Share of copied pairs without any prediction, and of unrelated pairs with one. */
  readonly frr: number;
  readonly far: number;
  readonly positives: number;
  readonly negatives: number;
}

const AXES = ['query', 'source'] as const;

/** The protocol of VCSL (vcsl/metric.py; steps in copy-detection.md 2.2): micro over pairs, macro over queries. */
export function scoreVcsl(pairs: readonly Pair[]): VcslScore {
  const scores = pairs.map((pair) => ({ pair, ...scorePair(pair.truth, pair.predicted) }));
  const precision = mean(scores.map((s) => s.precision).filter((value) => value !== 1));
  const recall = mean(scores.map((s) => s.recall).filter((value) => value !== 1));
  const sets = new Map<string, typeof scores>();
  for (const score of scores) sets.set(score.pair.queryId, [...(sets.get(score.pair.queryId) ?? []), score]);
  const macroP = mean([...sets.values()].map((set) => mean(set.map((s) => s.precision))));
  const macroR = mean([...sets.values()].map((set) => mean(set.map((s) => s.recall))));
  const positives = scores.filter(({ pair }) => pair.truth.length > 0);
  const negatives = scores.filter(({ pair }) => pair.truth.length === 0);
  return {
    precision,
    recall,
    f1: harmonic(precision, recall),
    macroF1: harmonic(macroP, macroR),
    frr: positives.filter(({ pair }) => pair.predicted.length === 0).length / Math.max(1, positives.length),
    far: negatives.filter(({ pair }) => pair.predicted.length > 0).length / Math.max(1, negatives.length),
    positives: positives.length,
    negatives: negatives.length,
  };
}

function scorePair(truth: readonly Box[], predicted: readonly Box[]): { precision: number; recall: number } {
  if (truth.length === 0 && predicted.length === 0) return { precision: 1, recall: 1 };
  if (truth.length === 0) return { precision: 0, recall: 1 };
  if (predicted.length === 0) return { precision: 1, recall: 0 };
  return { precision: covered(predicted, truth), recall: covered(truth, predicted) };
}

/** Per axis: union of the intersections of every box with those it overlaps, over the sum of lengths; the product. */
function covered(boxes: readonly Box[], others: readonly Box[]): number {
  let product = 1;
  for (const axis of AXES) {
    let hit = 0;
    let all = 0;
    for (const box of boxes) {
      const cuts = others
        .filter((other) => AXES.every((a) => overlap(box[a], other[a]) > 0))
        .map(
          (other) =>
            [Math.max(box[axis][0], other[axis][0]), Math.min(box[axis][1], other[axis][1])] as const,
        );
      hit += unionLength(cuts);
      all += box[axis][1] - box[axis][0];
    }
    product *= hit / (all + 1e-6);
  }
  return product;
}

function overlap(a: readonly [number, number], b: readonly [number, number]): number {
  return Math.min(a[1], b[1]) - Math.max(a[0], b[0]);
}

function unionLength(cuts: readonly (readonly [number, number])[]): number {
  let end = Number.NEGATIVE_INFINITY;
  let length = 0;
  for (const [from, to] of cuts.toSorted((a, b) => a[0] - b[0])) {
    if (to > end) length += to - Math.max(from, end);
    end = Math.max(end, to);
  }
  return length;
}

/** Begin and end errors on both sides of every true segment that a prediction overlaps (the one that overlaps most). */
export function boundaryErrors(
  truth: readonly TrueSegment[],
  predicted: readonly (Box & { reference: string })[],
) {
  return truth.flatMap((segment) => {
    const rivals = predicted.filter(
      (box) =>
        box.reference === segment.reference && AXES.every((axis) => overlap(box[axis], segment[axis]) > 0),
    );
    const best = rivals.toSorted(
      (a, b) => overlap(b.query, segment.query) - overlap(a.query, segment.query),
    )[0];
    if (!best) return [];
    return AXES.flatMap((axis) =>
      ([0, 1] as const).map((end) => ({ axis, end, errorS: Math.abs(best[axis][end] - segment[axis][end]) })),
    );
  });
}

export function mean(values: readonly number[]): number {
  // No pair below 1: the protocol leaves nothing to average, nothing is wrong.
  return values.length === 0 ? 1 : values.reduce((a, b) => a + b, 0) / values.length;
}

export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

function harmonic(a: number, b: number): number {
  return a + b > 0 ? (2 * a * b) / (a + b) : 0;
}
