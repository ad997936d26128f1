import type { SimilarityMatrix } from './similarity.ts';

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
  /** A step may skip at most this much time on either side. */
  readonly maxStepMs: number;
}

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
export function findPath(matrix: SimilarityMatrix, options: NetworkOptions): PathPoint[] {
  const nodes = collectNodes(matrix, options);
  const best = new Float64Array(nodes.length);
  const before = new Int32Array(nodes.length).fill(-1);
  let end = -1;
  for (let k = 0; k < nodes.length; k++) {
    const node = nodes[k]!;
    best[k] = node.similarity;
    for (let p = k - 1; p >= 0; p--) {
      const earlier = nodes[p]!;
      const dq = node.q - earlier.q;
      if (dq > options.maxStepMs) break;
      if (earlier.row === node.row) continue;
      const dr = (node.r - earlier.r) * (options.backwards ? -1 : 1);
      if (dr <= 0 || dr > options.maxStepMs || dr > 3 * dq || dq > 3 * dr) continue;
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

function collectNodes(matrix: SimilarityMatrix, options: NetworkOptions): Node[] {
  const { rows, columns, values, rowTimes, columnTimes } = matrix;
  const nodes: Node[] = [];
  for (let row = 0; row < rows; row++) {
    const q = rowTimes[row]!;
    if (q < options.queryMs[0] || q > options.queryMs[1]) continue;
    const partners: Node[] = [];
    for (let column = 0; column < columns; column++) {
      const r = columnTimes[column]!;
      const similarity = values[row * columns + column]!;
      if (r < options.workMs[0] || r > options.workMs[1] || similarity < options.minSimilarity) continue;
      partners.push({ row, q, r, similarity });
    }
    nodes.push(...partners.toSorted((a, b) => b.similarity - a.similarity).slice(0, options.top));
  }
  return nodes;
}
