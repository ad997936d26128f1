import { BestPartners } from './best-partners.ts';
import type { Similarities } from './similarity.ts';
import { type Tile, wholeTiles } from './tiles.ts';

/** A straight run through the similarities: work time = speed · query time + offset. */
export interface Proposal {
  readonly speed: number;
  readonly offsetMs: number;
  readonly queryMs: readonly [number, number];
  readonly workMs: readonly [number, number];
  readonly votes: number;
}

/** What counts as similar, and how runs are told apart. */
export interface HoughOptions {
  readonly minSimilarity: number;
  readonly maxProposals: number;
  /** Where to look; everywhere by default. In order of rows, then of columns, without overlaps. */
  readonly tiles?: readonly Tile[];
  /** Awaited after every strip of rows: with a film of hours each takes some tens of milliseconds. */
  readonly giveTurn?: () => Promise<void>;
}

const SPEEDS = Array.from({ length: 13 }, (_, i) => 2 ** ((i - 6) / 6));
const TOP = 5;
const BIN_MS = 400;
/** A query stretch this long without support ends a run. */
const MAX_GAP_MS = 3_000;

interface Vote {
  readonly q: number;
  readonly r: number;
  readonly weight: number;
}

/**
 * Votes of similar pairs in a plane of offset and speed (0.5 to 2, forwards and backwards); the best runs, best
 * first. Each query frame votes with its five best partners, each once for a line, so that a still stretch of the
 * work cannot collect the votes of one frame. Votes that a run explains are taken away before the next is sought.
 */
export async function proposeRuns(similarities: Similarities, options: HoughOptions): Promise<Proposal[]> {
  let votes = await collectVotes(similarities, options);
  const proposals: Proposal[] = [];
  while (proposals.length < options.maxProposals && votes.length > 0) {
    const best = bestLine(votes);
    if (!best) break;
    const near = votes.filter((vote) => isNear(vote, best.speed, best.offsetMs));
    const run = longestRun(near);
    if (run.length === 0) break;
    const taken = new Set(run);
    votes = votes.filter((vote) => !taken.has(vote));
    const [low, high] = extremes(run.map((vote) => vote.r));
    proposals.push({
      ...best,
      queryMs: [run[0]!.q, run.at(-1)!.q],
      workMs: [low, high],
      votes: weightOf(run),
    });
    await options.giveTurn?.();
  }
  return proposals.toSorted((a, b) => b.votes - a.votes);
}

async function collectVotes(
  similarities: Similarities,
  { tiles, minSimilarity, giveTurn }: HoughOptions,
): Promise<Vote[]> {
  const { rows, columns, rowTimes, columnTimes } = similarities;
  const votes: Vote[] = [];
  const best = new BestPartners(TOP);
  for (const strip of byStrip(tiles ?? wholeTiles(rows, columns))) {
    const blocks = strip.map((tile) =>
      similarities.block(tile.fromRow, tile.toRow, tile.fromColumn, tile.toColumn),
    );
    for (let row = strip[0]!.fromRow; row < strip[0]!.toRow; row++) {
      best.clear();
      for (const [k, { fromRow, fromColumn, toColumn }] of strip.entries()) {
        const block = blocks[k]!;
        const at = (row - fromRow) * (toColumn - fromColumn) - fromColumn;
        for (let column = fromColumn; column < toColumn; column++) {
          const weight = block[at + column]!;
          if (weight >= minSimilarity) best.offer(column, weight);
        }
      }
      for (const [k, weight] of best.values.entries()) {
        votes.push({ q: rowTimes[row]!, r: columnTimes[best.columns[k]!]!, weight });
      }
    }
    await giveTurn?.();
  }
  return votes;
}

/** Tiles of the same rows together. */
function byStrip(tiles: readonly Tile[]): Tile[][] {
  const strips: Tile[][] = [];
  for (const tile of tiles) {
    const last = strips.at(-1);
    if (last && last[0]!.fromRow === tile.fromRow) last.push(tile);
    else strips.push([tile]);
  }
  return strips;
}

function bestLine(votes: readonly Vote[]): { speed: number; offsetMs: number } | null {
  let best: { speed: number; offsetMs: number } | null = null;
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

/** Spread into `Math.min` a film of hours has more arguments than a call may have. */
function extremes(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function isNear({ q, r }: Vote, speed: number, offsetMs: number): boolean {
  return Math.abs(r - speed * q - offsetMs) <= 2 * BIN_MS;
}

/** The stretch of votes with the greatest weight between gaps. Votes come in order of query time. */
function longestRun(votes: readonly Vote[]): Vote[] {
  let best: Vote[] = [];
  let run: Vote[] = [];
  for (const vote of votes) {
    if (run.length > 0 && vote.q - run.at(-1)!.q > MAX_GAP_MS) {
      if (weightOf(run) > weightOf(best)) best = run;
      run = [];
    }
    run.push(vote);
  }
  return weightOf(run) > weightOf(best) ? run : best;
}

/** Every query frame counts once, with its best vote. */
function weightOf(votes: readonly Vote[]): number {
  const rows = new Map<number, number>();
  for (const { q, weight } of votes) rows.set(q, Math.max(weight, rows.get(q) ?? 0));
  return [...rows.values()].reduce((sum, weight) => sum + weight, 0);
}
