import type { WorkId } from '../../../domain/ids.ts';
import { WINDOW_STEP_MS } from '../../fingerprint/audio/index.ts';
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
/** Works whose tracks are loaded for a query, or for a stretch of it whose votes are above chance. */
const MAX_WORKS = 48;
/** A line is above chance when its votes are so many times those of the middling work's best line. */
const ABOVE_CHANCE = 1.6;
/** These votes are no chance, also where most works have as many: a theme that they all share. Ten windows at 0.5. */
const SURE_VOTES = 2;

/**
 * The works whose windows may follow each other as the query's do, best first. A registry of hours has a near window for
 * everything, of another work each time; so works are ranked by their best line, with times that their numbers of
 * windows say about (silent ones are left out, and lines behind them moved). Where more works than `MAX_WORKS` have
 * votes, those no better than chance are loaded only as long as all `stretches` of the query together load that many.
 */
export function chooseWorks(ballots: readonly Ballot[], stretches: number): WorkId[] {
  const pairs = pairsByWork(ballots, ({ window }) => window * WINDOW_STEP_MS);
  const middle = middleOf(ballots);
  const ranked = [...pairs]
    .map(([workId, of]) => ({ workId, votes: mostVotes(of, middle) }))
    .toSorted((a, b) => b.votes - a.votes);
  const chance = Math.min(SURE_VOTES, ABOVE_CHANCE * (ranked[ranked.length >> 1]?.votes ?? 0));
  const share = Math.floor(MAX_WORKS / stretches);
  return ranked
    .slice(0, MAX_WORKS)
    .filter(({ votes }, i) => ranked.length <= MAX_WORKS || i < share || votes >= chance)
    .map(({ workId }) => workId);
}

/** A window of the query beside a near one of a work. */
interface WindowPair {
  readonly queryMs: number;
  readonly workMs: number;
  readonly weight: number;
}

/** What is near by more than chance, by work; `timeOf` gives when a hit's window starts, where its work is known. */
function pairsByWork(ballots: readonly Ballot[], timeOf: (hit: SoundHit) => number | undefined) {
  const byWork = new Map<WorkId, WindowPair[]>();
  for (const { startMs, hits } of ballots) {
    for (const hit of hits) {
      const weight = hit.similarity - MIN_SIMILARITY;
      const workMs = weight > 0 ? timeOf(hit) : undefined;
      if (workMs === undefined) continue;
      const pair = { queryMs: startMs, workMs, weight };
      const pairs = byWork.get(hit.workId);
      if (pairs) pairs.push(pair);
      else byWork.set(hit.workId, [pair]);
    }
  }
  return byWork;
}

function middleOf(ballots: readonly Ballot[]): number {
  return (ballots[0]!.startMs + ballots.at(-1)!.startMs) / 2;
}

function mostVotes(pairs: readonly WindowPair[], middle: number): number {
  // Among thousands of works most have one: no line says more.
  return pairs.length === 1 ? pairs[0]!.weight : bestLines(pairs, middle, 1)[0]!.votes;
}

/** The lines with most votes that are a second apart at the middle of the stretch. */
function bestLines(pairs: readonly WindowPair[], middle: number, count: number) {
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
    if (kept.length === count) break;
    if (kept.every((other) => Math.abs(other.atMiddle - bin.atMiddle) > APART_MS)) kept.push(bin);
  }
  return kept;
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
  // An index may be ahead of the prints, or behind them.
  const byWork = pairsByWork(ballots, ({ workId, window }) => tracks.get(workId)?.windows[window]?.startMs);
  const middle = middleOf(ballots);
  const candidates = [...byWork].flatMap(([workId, pairs]) =>
    bestLines(pairs, middle, LINES_A_WORK).map(({ speed, atMiddle, votes }) => ({
      workId,
      line: { speed, offsetMs: atMiddle - speed * middle },
      votes,
    })),
  );
  return candidates.sort((a, b) => b.votes - a.votes).slice(0, count);
}
