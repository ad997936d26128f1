import type { WorkId } from '../../../domain/ids.ts';
import type { SoundHit, SoundTrack } from './sound-track.ts';

/** A line through both times: work time = speed · query time + offsetMs. */
export interface SoundLine {
  readonly speed: number;
  readonly offsetMs: number;
}

/** A line that votes speak for. */
export interface LineCandidate {
  readonly workId: WorkId;
  readonly line: SoundLine;
  readonly votes: number;
}

/** A query window with what lies near it. */
export interface Ballot {
  readonly startMs: number;
  readonly hits: readonly SoundHit[];
}

const SPEEDS = Array.from({ length: 15 }, (_, i) => 0.86 + 0.02 * i);
const BIN_MS = 128;
/** What windows of different sounds reach by chance does not vote. */
const MIN_SIMILARITY = 0.3;
/** Two lines of a work nearer than this are one. */
const APART_MS = 1_000;
const LINES_A_WORK = 2;
/** Works whose tracks are loaded for a stretch of the query. */
const MAX_WORKS = 48;

/** The works that the hits of some windows speak for most, each window counting once for each work. */
export function chooseWorks(ballots: readonly Ballot[]): WorkId[] {
  const votes = new Map<WorkId, number>();
  for (const { hits } of ballots) {
    const best = new Map<WorkId, number>();
    for (const { workId, similarity } of hits) {
      if (similarity - MIN_SIMILARITY > (best.get(workId) ?? 0))
        best.set(workId, similarity - MIN_SIMILARITY);
    }
    for (const [workId, vote] of best) votes.set(workId, (votes.get(workId) ?? 0) + vote);
  }
  return [...votes]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_WORKS)
    .map(([workId]) => workId);
}

/**
 * Hough transform over offset and speed: each hit votes, with its similarity, for every line through it. The best
 * lines of each work that has a track, most votes first, at most `count`.
 */
export function voteForLines(
  ballots: readonly Ballot[],
  tracks: ReadonlyMap<WorkId, SoundTrack>,
  count: number,
): LineCandidate[] {
  const byWork = new Map<WorkId, { queryMs: number; workMs: number; weight: number }[]>();
  for (const { startMs, hits } of ballots) {
    for (const hit of hits) {
      const weight = hit.similarity - MIN_SIMILARITY;
      // An index may be ahead of the prints, or behind them.
      const workMs = tracks.get(hit.workId)?.windows[hit.window]?.startMs;
      if (weight <= 0 || workMs === undefined) continue;
      const pair = { queryMs: startMs, workMs, weight };
      const pairs = byWork.get(hit.workId);
      if (pairs) pairs.push(pair);
      else byWork.set(hit.workId, [pair]);
    }
  }
  const middle = (ballots[0]!.startMs + ballots.at(-1)!.startMs) / 2;
  const candidates = [...byWork].flatMap(([workId, pairs]) => {
    const bins: { speed: number; atMiddle: number; votes: number }[] = [];
    for (const speed of SPEEDS) {
      const votes = new Map<number, number>();
      for (const { queryMs, workMs, weight } of pairs) {
        const bin = Math.round((workMs - speed * (queryMs - middle)) / BIN_MS);
        for (const [near, share] of [
          [bin - 1, 0.5],
          [bin, 1],
          [bin + 1, 0.5],
        ] as const) {
          votes.set(near, (votes.get(near) ?? 0) + share * weight);
        }
      }
      // A speed far from 1 must win clearly: of equal votes the plain explanation is taken.
      const price = 1 - 0.3 * Math.abs(speed - 1);
      for (const [bin, sum] of votes) bins.push({ speed, atMiddle: bin * BIN_MS, votes: sum * price });
    }
    bins.sort((a, b) => b.votes - a.votes);
    const kept: typeof bins = [];
    for (const bin of bins) {
      if (kept.length === LINES_A_WORK) break;
      if (kept.every((other) => Math.abs(other.atMiddle - bin.atMiddle) > APART_MS)) kept.push(bin);
    }
    return kept.map(({ speed, atMiddle, votes }) => ({
      workId,
      line: { speed, offsetMs: atMiddle - speed * middle },
      votes,
    }));
  });
  return candidates.sort((a, b) => b.votes - a.votes).slice(0, count);
}
