/** How far an alignment reaches from where it began. */
export interface Extension {
  /** Folded characters on either side, and the edits among them. */
  readonly query: number;
  readonly source: number;
  readonly edits: number;
  readonly score: number;
  /** Points of the way, ascending: pairs (query, source) where the score was best so far. */
  readonly way: readonly number[];
  /** Points looked at: what it cost. */
  readonly steps: number;
}

/** What one edit costs against one character that agrees: noise up to one character in four is walked through. */
export const EDIT_COST = 3;
/** The walk ends when the score falls this far below its best: about a dozen edits in a row, or a dropped phrase. */
const DROP = 40;

// Live diagonals are fewer than 2·DROP / EDIT_COST + 2; a ring of a power of two above it.
const RING = 128;
const MASK = RING - 1;
const DEAD = -1_000_000_000;

/**
 * Extends an alignment from (query0, source0) towards `step` (1 or −1) through edits: furthest-reaching points
 * on each diagonal, one more edit a round (Zhang, Schwartz, Wagner, Miller 2000). Time and memory are bounded by
 * the length of the copied stretch, not by the product of the two.
 */
export function extend(
  query: Uint32Array,
  source: Uint32Array,
  query0: number,
  source0: number,
  step: 1 | -1,
): Extension {
  const queryBase = step === 1 ? query0 : query0 - 1;
  const sourceBase = step === 1 ? source0 : source0 - 1;
  const querySize = step === 1 ? query.length - query0 : query0;
  const sourceSize = step === 1 ? source.length - source0 : source0;
  const slide = (i: number, k: number): number => {
    let at = i;
    while (
      at < querySize &&
      at - k < sourceSize &&
      query[queryBase + step * at] === source[sourceBase + step * (at - k)]
    ) {
      at++;
    }
    return at;
  };
  let previous = new Int32Array(RING).fill(DEAD);
  let current = new Int32Array(RING).fill(DEAD);
  const start = slide(0, 0);
  previous[0] = start;
  let low = 0;
  let high = 0;
  let best = { query: start, source: start, edits: 0, score: start };
  const way: number[] = [start, start];
  let steps = 1;
  for (let edits = 1; low <= high; edits++) {
    let nextLow = Number.POSITIVE_INFINITY;
    let nextHigh = Number.NEGATIVE_INFINITY;
    let improved = false;
    steps += high - low + 3;
    for (let k = low - 1; k <= high + 1; k++) {
      const inserted = k - 1 >= low && k - 1 <= high ? previous[(k - 1) & MASK]! + 1 : DEAD;
      const replaced = k >= low && k <= high ? previous[k & MASK]! + 1 : DEAD;
      const deleted = k + 1 >= low && k + 1 <= high ? previous[(k + 1) & MASK]! : DEAD;
      let i = Math.max(inserted, replaced, deleted);
      current[k & MASK] = DEAD;
      if (i < 0) continue;
      i = Math.min(i, querySize, sourceSize + k);
      if (i < 0 || i - k < 0) continue;
      i = slide(i, k);
      const score = i - k / 2 - EDIT_COST * edits;
      if (score < best.score - DROP) continue;
      current[k & MASK] = i;
      if (k < nextLow) nextLow = k;
      if (k > nextHigh) nextHigh = k;
      if (score > best.score) {
        best = { query: i, source: i - k, edits, score };
        improved = true;
      }
    }
    if (improved) way.push(best.query, best.source);
    // Dead diagonals between live ones stay marked; a ring narrower than the live band would overwrite itself.
    low = nextLow;
    high = Math.min(nextHigh, nextLow + RING - 4);
    [previous, current] = [current, previous];
  }
  return { ...best, way, steps };
}
