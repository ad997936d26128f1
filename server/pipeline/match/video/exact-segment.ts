import type { AlignedRun } from './align-window.ts';
import { sharedBoxes } from './placement.ts';
import { NEAR_MS, samplesAlong } from './samples-along.ts';
import { MIN_SIMILARITY, type Similarities } from './similarity.ts';
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

/** Adds what the vectors say along the line, of every sampled frame of the segment. */
export function withVectors(segment: VideoSegmentMatch, similarities: Similarities): VideoSegmentMatch {
  const along = samplesAlong(segment, similarities, NEAR_MS);
  const samples = along.length;
  const support = along.filter(({ similarity }) => similarity >= MIN_SIMILARITY).length;
  const sum = along.reduce((total, { similarity }) => total + Math.max(0, similarity), 0);
  const similarity = samples > 0 ? sum / samples : 0;
  return { ...segment, evidence: { ...segment.evidence, similarity, support, samples } };
}
