import { BestPartners } from './best-partners.ts';
import type { Similarities } from './similarity.ts';

/** A pair of stretches on a path. */
export interface PathPoint {
  readonly queryMs: number;
  readonly workMs: number;
  readonly similarity: number;
}

/** Where a path may run, and what counts. */
export interface NetworkOptions {
  readonly queryMs: readonly [number, number];
  readonly workMs: readonly [number, number];
  /** Work time runs against query time. */
  readonly backwards: boolean;
  readonly minSimilarity: number;
  /** Most nodes a query stretch (its best partners). */
  readonly top: number;
  /** A step may skip at most this much time on either side, besides what stretches that last longer than a second hold. */
  readonly maxStepMs: number;
  /** Of a long run only what lies about its line is looked at. */
  readonly line?: { readonly speed: number; readonly offsetMs: number };
}

/** Runs of up to a minute fit into this on both sides of their line. */
const LINE_REACH_MS = 64_000;
const ROWS = 64;

interface Node {
  readonly row: number;
  readonly q: number;
  readonly r: number;
  readonly similarity: number;
}

/**
 * Temporal network (reference/copy-detection.md 2.3): nodes are the best partners of every query stretch, edges run
 * forwards in both times, a node's similarity is the weight of the edges into it; the heaviest path. Steps may skip
 * stretches, but time may not run more than three times as fast on one side as on the other.
 */
export function findPath(similarities: Similarities, options: NetworkOptions): PathPoint[] {
  const nodes = collectNodes(similarities, options);
  const { rowClock } = similarities;
  const best = new Float64Array(nodes.length);
  const before = new Int32Array(nodes.length).fill(-1);
  let end = -1;
  for (let k = 0; k < nodes.length; k++) {
    const node = nodes[k]!;
    best[k] = node.similarity;
    for (let p = k - 1; p >= 0; p--) {
      const earlier = nodes[p]!;
      const dq = node.q - earlier.q;
      const missedMs = rowClock[node.row]! - rowClock[earlier.row]!;
      if (missedMs > options.maxStepMs) break;
      if (earlier.row === node.row) continue;
      const dr = (node.r - earlier.r) * (options.backwards ? -1 : 1);
      const longestMs = options.maxStepMs + 2 * (dq - missedMs);
      if (dr <= 0 || dr > longestMs || dr > 3 * dq || dq > 3 * dr) continue;
      if (best[p]! + node.similarity > best[k]!) {
        best[k] = best[p]! + node.similarity;
        before[k] = p;
      }
    }
    if (end < 0 || best[k]! > best[end]!) end = k;
  }
  const path: PathPoint[] = [];
  for (let k = end; k >= 0; k = before[k]!) {
    const { q, r, similarity } = nodes[k]!;
    path.push({ queryMs: q, workMs: r, similarity });
  }
  return path.toReversed();
}

function collectNodes(similarities: Similarities, options: NetworkOptions): Node[] {
  const { rowTimes, columnTimes } = similarities;
  const { queryMs, workMs, minSimilarity, line } = options;
  const nodes: Node[] = [];
  const best = new BestPartners(options.top);
  const [firstRow, endRow] = rangeOf(rowTimes, queryMs[0], queryMs[1]);
  for (let fromRow = firstRow; fromRow < endRow; fromRow += ROWS) {
    const toRow = Math.min(endRow, fromRow + ROWS);
    const near = line ? aroundLine(line, rowTimes[fromRow]!, rowTimes[toRow - 1]!) : workMs;
    const [low, high] = [Math.max(workMs[0], near[0]), Math.min(workMs[1], near[1])];
    const [fromColumn, toColumn] = rangeOf(columnTimes, low, high);
    const count = Math.max(0, toColumn - fromColumn);
    const block = similarities.block(fromRow, toRow, fromColumn, toColumn);
    for (let row = fromRow; row < toRow; row++) {
      best.clear();
      const at = (row - fromRow) * count - fromColumn;
      for (let column = fromColumn; column < toColumn; column++) {
        const similarity = block[at + column]!;
        if (similarity >= minSimilarity) best.offer(column, similarity);
      }
      for (const [k, similarity] of best.values.entries()) {
        nodes.push({ row, q: rowTimes[row]!, r: columnTimes[best.columns[k]!]!, similarity });
      }
    }
  }
  return nodes;
}

function aroundLine(
  { speed, offsetMs }: NonNullable<NetworkOptions['line']>,
  fromMs: number,
  toMs: number,
): readonly [number, number] {
  const ends = [speed * fromMs + offsetMs, speed * toMs + offsetMs] as const;
  return [Math.min(...ends) - LINE_REACH_MS, Math.max(...ends) + LINE_REACH_MS];
}

/** Indexes of the ascending times from `low` to `high`, both included; the end is not. */
export function rangeOf(times: Float64Array, low: number, high: number): [number, number] {
  const from = firstAtLeast(times, low, false);
  return [from, Math.max(from, firstAtLeast(times, high, true))];
}

function firstAtLeast(times: Float64Array, limit: number, orAbove: boolean): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBefore = orAbove ? times[middle]! <= limit : times[middle]! < limit;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
