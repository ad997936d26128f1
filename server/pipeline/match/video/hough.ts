import type { SimilarityMatrix } from './similarity.ts';

/** A straight run through the similarity matrix: work time = speed · query time + offset. */
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
export function proposeRuns(matrix: SimilarityMatrix, options: HoughOptions): Proposal[] {
  let votes = collectVotes(matrix, options.minSimilarity);
  const proposals: Proposal[] = [];
  while (proposals.length < options.maxProposals && votes.length > 0) {
    const best = bestLine(votes);
    if (!best) break;
    const near = votes.filter((vote) => isNear(vote, best.speed, best.offsetMs));
    const run = longestRun(near);
    if (run.length === 0) break;
    const taken = new Set(run);
    votes = votes.filter((vote) => !taken.has(vote));
    const rs = run.map((vote) => vote.r);
    proposals.push({
      ...best,
      queryMs: [run[0]!.q, run.at(-1)!.q],
      workMs: [Math.min(...rs), Math.max(...rs)],
      votes: weightOf(run),
    });
  }
  return proposals.toSorted((a, b) => b.votes - a.votes);
}

function collectVotes(
  { rows, columns, values, rowTimes, columnTimes }: SimilarityMatrix,
  least: number,
): Vote[] {
  const votes: Vote[] = [];
  for (let i = 0; i < rows; i++) {
    const row: Vote[] = [];
    for (let j = 0; j < columns; j++) {
      const weight = values[i * columns + j]!;
      if (weight >= least) row.push({ q: rowTimes[i]!, r: columnTimes[j]!, weight });
    }
    votes.push(...row.toSorted((a, b) => b.weight - a.weight).slice(0, TOP));
  }
  return votes;
}

function bestLine(votes: readonly Vote[]): { speed: number; offsetMs: number } | null {
  let best: { speed: number; offsetMs: number } | null = null;
  let most = 0;
  for (const sign of [1, -1]) {
    for (const magnitude of SPEEDS) {
      const speed = sign * magnitude;
      const bins = new Map<number, number>();
      let row = Number.NaN;
      let rowBins = new Map<number, number>();
      const close = () => {
        for (const [bin, weight] of rowBins) bins.set(bin, (bins.get(bin) ?? 0) + weight);
        rowBins = new Map();
      };
      for (const { q, r, weight } of votes) {
        if (q !== row) close();
        row = q;
        const exact = (r - speed * q) / BIN_MS;
        for (const bin of [Math.floor(exact), Math.floor(exact) + 1]) {
          const share = weight * (1 - Math.abs(exact - bin));
          rowBins.set(bin, Math.max(rowBins.get(bin) ?? 0, share));
        }
      }
      close();
      // Ties go to the natural: forwards, at the speed of the work.
      const handicap = (sign < 0 ? 0.9 : 1) * (1 - 0.03 * Math.abs(Math.log2(magnitude)));
      for (const [bin, weight] of bins) {
        const score = handicap * (weight + 0.5 * ((bins.get(bin - 1) ?? 0) + (bins.get(bin + 1) ?? 0)));
        if (score > most) {
          most = score;
          best = { speed, offsetMs: bin * BIN_MS };
        }
      }
    }
  }
  return best;
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
