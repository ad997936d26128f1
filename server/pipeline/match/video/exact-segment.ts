import type { AlignedRun } from './align-window.ts';
import { sharedBoxes } from './placement.ts';
import { MIN_SIMILARITY, type Similarities } from './similarity.ts';
import { rangeOf } from './temporal-network.ts';
import type { Track } from './track.ts';
import type { VideoSegmentMatch } from './video-match.ts';

/** A run that frames were compared for, as a segment; what the vectors say of it is added when it is whole. */
export function exactSegment(run: AlignedRun, query: Track, work: Track): VideoSegmentMatch {
  const boxes = sharedBoxes(run.placement)!;
  const { scaleX, left, scaleY, top, mirrored } = run.placement;
  const a = (mirrored ? -1 : 1) / scaleX;
  return {
    query: { startMs: run.queryMs[0], endMs: Math.min(run.queryMs[1], query.durationMs), box: boxes.query },
    work: { startMs: run.workMs[0], endMs: Math.min(run.workMs[1], work.durationMs), box: boxes.work },
    speed: run.speed,
    mirrored,
    transform: {
      a,
      b: 0,
      c: mirrored ? 1 + left / scaleX : -left / scaleX,
      d: 0,
      e: 1 / scaleY,
      f: -top / scaleY,
    },
    isExact: true,
    evidence: {
      similarity: 0,
      support: 0,
      samples: 0,
      likeness: run.likeness,
      movement: run.movement,
      frames: run.frames,
      shown: boxes.work.width * boxes.work.height,
    },
  };
}

/** The stretch that shows the expected frame, and its neighbours. */
const NEAR_MS = 1_200;

/** Adds what the vectors say along the line: the best partner near it, for every sampled frame of the segment. */
export function withVectors(segment: VideoSegmentMatch, similarities: Similarities): VideoSegmentMatch {
  const { query, work, speed, evidence } = segment;
  const { rowTimes, columnTimes } = similarities;
  let support = 0;
  let samples = 0;
  let sum = 0;
  const [fromRow, toRow] = rangeOf(rowTimes, query.startMs, query.endMs);
  for (let row = fromRow; row < toRow; row++) {
    const time = rowTimes[row]!;
    if (time >= query.endMs) continue;
    const share = (time - query.startMs) / (query.endMs - query.startMs);
    const along = speed > 0 ? share : 1 - share;
    const expected = work.startMs + along * (work.endMs - work.startMs);
    const [fromColumn, toColumn] = rangeOf(columnTimes, expected - NEAR_MS, expected + NEAR_MS);
    const near = similarities.block(row, row + 1, fromColumn, toColumn);
    let best = -1;
    for (const [k, value] of near.entries()) {
      if (Math.abs(columnTimes[fromColumn + k]! - expected) < NEAR_MS) best = Math.max(best, value);
    }
    samples++;
    if (best >= MIN_SIMILARITY) support++;
    sum += Math.max(0, best);
  }
  const similarity = samples > 0 ? sum / samples : 0;
  return { ...segment, evidence: { ...evidence, similarity, support, samples } };
}
