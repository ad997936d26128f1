import { BIN_MS, bestLine, type Vote } from './best-line.ts';
import { BestPartners } from './best-partners.ts';
import type { TimeLine } from './fit-line.ts';
import { type Similarities, usualStep } from './similarity.ts';
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

const TOP = 5;
/** A query stretch this long without support ends a run. */
const MAX_GAP_MS = 3_000;
/** Runs that are looked for, for each that may be proposed. */
const ROUNDS = 4;
/** The most proposals, of all, through frames that better ones explain. */
const SECONDS_SHARE = 0.25;

/**
 * Votes of similar pairs in a plane of offset and speed (0.5 to 2, forwards and backwards); the best runs, best
 * first. Each query frame votes with its five best partners, each once for a line, so that a still stretch of the
 * work cannot collect the votes of one frame. Votes that a run explains are taken away before the next is sought: its own, and
 * weaker ones beside it, since a frame is also somewhat like those around the one that it shows. Of runs through frames that
 * better ones explain only a few are proposed, so that a long copy leaves room for a short one elsewhere.
 */
export async function proposeRuns(similarities: Similarities, options: HoughOptions): Promise<Proposal[]> {
  const { maxProposals } = options;
  const clock = clockOf(similarities);
  const besideMs = (TOP / 2) * usualStep(similarities.columnTimes);
  let votes = await collectVotes(similarities, options);
  const explained = new Map<number, number>();
  const proposals: Proposal[] = [];
  let seconds = 0;
  for (
    let left = ROUNDS * maxProposals;
    left > 0 && votes.length > 0 && proposals.length < maxProposals;
    left--
  ) {
    const best = bestLine(votes);
    if (!best) break;
    const near = votes.filter((vote) => isNear(vote, best.speed, best.offsetMs));
    const run = longestRun(near, clock);
    if (run.length === 0) break;
    const ofRow = bestOfRows(run);
    const isSecond = isExplained(ofRow, explained);
    for (const [q, weight] of ofRow) explained.set(q, Math.max(weight, explained.get(q) ?? 0));
    votes = withoutRun(votes, run, ofRow, best, besideMs);
    if (isSecond) seconds++;
    if (!isSecond || seconds <= SECONDS_SHARE * maxProposals) {
      const [low, high] = extremes(run.map((vote) => vote.r));
      proposals.push({
        ...best,
        queryMs: [run[0]!.q, run.at(-1)!.q],
        workMs: [low, high],
        votes: sumOf(ofRow.values()),
      });
    }
    await options.giveTurn?.();
  }
  return proposals.toSorted((a, b) => b.votes - a.votes);
}

async function collectVotes(
  similarities: Similarities,
  { tiles, minSimilarity, giveTurn }: HoughOptions,
): Promise<Vote[]> {
  const { rows, columns, rowTimes, rowWeight, columnTimes } = similarities;
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
        votes.push({
          q: rowTimes[row]!,
          r: columnTimes[best.columns[k]!]!,
          weight: weight * rowWeight[row]!,
        });
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

/** Spread into `Math.min` a film of hours has more arguments than a call may have. */
function extremes(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** What is left when the votes of a run, and the weaker votes of its frames beside it, are taken away. */
function withoutRun(
  votes: readonly Vote[],
  run: readonly Vote[],
  ofRow: ReadonlyMap<number, number>,
  line: TimeLine,
  besideMs: number,
): Vote[] {
  const taken = new Set(run);
  return votes.filter((vote) => {
    if (taken.has(vote)) return false;
    const isWeaker = vote.weight <= (ofRow.get(vote.q) ?? Number.NEGATIVE_INFINITY);
    return !isWeaker || Math.abs(vote.r - line.speed * vote.q - line.offsetMs) > besideMs;
  });
}

/** Whether earlier runs explain half of what speaks for a run, frame by frame, as well or better. */
function isExplained(ofRow: ReadonlyMap<number, number>, explained: ReadonlyMap<number, number>): boolean {
  let [all, known] = [0, 0];
  for (const [q, weight] of ofRow) {
    all += weight;
    if ((explained.get(q) ?? 0) >= weight) known += weight;
  }
  return known >= 0.5 * all;
}

function isNear({ q, r }: Vote, speed: number, offsetMs: number): boolean {
  return Math.abs(r - speed * q - offsetMs) <= 2 * BIN_MS;
}

/** By a row's time, that by the clock that stands still where no row could speak. */
function clockOf({ rowTimes, rowClock }: Similarities): (q: number) => number {
  const clock = new Map(Array.from(rowTimes, (time, row) => [time, rowClock[row]!]));
  return (q) => clock.get(q)!;
}

/** The stretch of votes with the greatest weight between gaps. Votes come in order of query time. */
function longestRun(votes: readonly Vote[], clock: (q: number) => number): Vote[] {
  let best: Vote[] = [];
  let run: Vote[] = [];
  for (const vote of votes) {
    if (run.length > 0 && clock(vote.q) - clock(run.at(-1)!.q) > MAX_GAP_MS) {
      if (weightOf(run) > weightOf(best)) best = run;
      run = [];
    }
    run.push(vote);
  }
  return weightOf(run) > weightOf(best) ? run : best;
}

function weightOf(votes: readonly Vote[]): number {
  return sumOf(bestOfRows(votes).values());
}

/** Every query frame counts once, with its best vote. */
function bestOfRows(votes: readonly Vote[]): Map<number, number> {
  const rows = new Map<number, number>();
  for (const { q, weight } of votes) rows.set(q, Math.max(weight, rows.get(q) ?? 0));
  return rows;
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
