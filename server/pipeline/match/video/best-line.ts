import type { TimeLine } from './fit-line.ts';

/** A pair of times, milliseconds, that are as alike as `weight` says. */
export interface Vote {
  readonly q: number;
  readonly r: number;
  readonly weight: number;
}

/** Lines are told apart by so much. */
export const BIN_MS = 400;
const SPEEDS = Array.from({ length: 13 }, (_, i) => 2 ** ((i - 6) / 6));

/** The line, of all speeds and offsets, with the most votes on it; null without votes. Votes come in order of query time. */
export function bestLine(votes: readonly Vote[]): TimeLine | null {
  if (votes.length === 0) return null;
  let best: TimeLine | null = null;
  let most = 0;
  const q = Float64Array.from(votes, (vote) => vote.q);
  const r = Float64Array.from(votes, (vote) => vote.r);
  const weights = Float64Array.from(votes, ({ weight }) => weight);
  for (const sign of [1, -1]) {
    for (const magnitude of SPEEDS) {
      const speed = sign * magnitude;
      // Ties go to the natural: forwards, at the speed of the work.
      const handicap = (sign < 0 ? 0.9 : 1) * (1 - 0.03 * Math.abs(Math.log2(magnitude)));
      const { bins, order, first } = countOffsets(q, r, weights, speed);
      for (const at of order) {
        const score = handicap * (bins[at]! + 0.5 * (bins[at - 1]! + bins[at + 1]!));
        if (score > most) {
          most = score;
          best = { speed, offsetMs: (at + first) * BIN_MS };
        }
      }
    }
  }
  return best;
}

/** Weight by offset at one speed, `bins[i]` that of bin `i + first`; `order` names the bins with votes as they came. */
function countOffsets(q: Float64Array, r: Float64Array, weights: Float64Array, speed: number) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < q.length; i++) {
    const offset = r[i]! - speed * q[i]!;
    if (offset < low) low = offset;
    if (offset > high) high = offset;
  }
  // A bin to spare at both ends: every bin has neighbours.
  const first = Math.floor(low / BIN_MS) - 2;
  const size = Math.floor(high / BIN_MS) - first + 4;
  const bins = new Float64Array(size);
  const isCounted = new Uint8Array(size);
  const order: number[] = [];
  const ofRow = new Float64Array(size);
  const isOfRow = new Uint8Array(size);
  let rowOrder: number[] = [];
  const close = () => {
    for (const at of rowOrder) {
      if (isCounted[at] === 0) order.push(at);
      isCounted[at] = 1;
      bins[at] = bins[at]! + ofRow[at]!;
      ofRow[at] = 0;
      isOfRow[at] = 0;
    }
    rowOrder = [];
  };
  for (let i = 0; i < q.length; i++) {
    if (i > 0 && q[i] !== q[i - 1]) close();
    const exact = (r[i]! - speed * q[i]!) / BIN_MS;
    const floor = Math.floor(exact);
    for (let bin = floor; bin <= floor + 1; bin++) {
      const at = bin - first;
      const share = weights[i]! * (1 - Math.abs(exact - bin));
      if (isOfRow[at] === 0) rowOrder.push(at);
      isOfRow[at] = 1;
      if (share > ofRow[at]!) ofRow[at] = share;
    }
  }
  close();
  return { bins, order, first };
}
