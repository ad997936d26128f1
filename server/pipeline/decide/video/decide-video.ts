import type { WorkId } from '../../../domain/ids.ts';
import type { Outcome, Policy } from '../../../domain/match.ts';
import type { VideoCalibration } from './calibration.ts';
import { segmentProbability } from './calibration.ts';
import { explainVideo } from './explain-video.ts';

/** What this stage reads of a segment; the match stage's `VideoSegmentMatch` is one. */
export interface SegmentClaim {
  readonly query: { readonly startMs: number; readonly endMs: number };
  readonly work: { readonly startMs: number; readonly endMs: number };
  readonly speed: number;
  readonly mirrored: boolean;
  readonly isExact: boolean;
  readonly evidence: {
    readonly similarity: number;
    readonly support: number;
    readonly samples: number;
    readonly likeness: number | null;
    readonly frames: number;
    readonly shown: number;
  };
}

/** A work with the segments that it is claimed for. */
export interface WorkClaim<S extends SegmentClaim = SegmentClaim> {
  readonly workId: WorkId;
  readonly segments: readonly S[];
}

/** A segment with the probability that it is a copy. */
export type JudgedSegment<S extends SegmentClaim = SegmentClaim> = S & { readonly probability: number };

/** A work that is copied, or may be. */
export interface JudgedWork<S extends SegmentClaim = SegmentClaim> {
  readonly workId: WorkId;
  /** That of the best segment. */
  readonly probability: number;
  readonly segments: readonly JudgedSegment<S>[];
}

/** The answer for a video: one outcome, and what was found, best first. */
export interface VideoVerdict<S extends SegmentClaim = SegmentClaim> {
  readonly outcome: Outcome;
  readonly policyVersion: string;
  readonly calibrationVersion: string;
  readonly matches: readonly JudgedWork<S>[];
  readonly explanation: string;
}

/**
 * Fourth stage for video: a probability for every segment, and a verdict under a policy. Segments below the review
 * probability are dropped. Pure; the same input gives the same verdict.
 */
export function decideVideo<S extends SegmentClaim>(
  claims: readonly WorkClaim<S>[],
  policy: Policy,
  calibration: VideoCalibration,
): VideoVerdict<S> {
  const matches = claims
    .flatMap(({ workId, segments }) => {
      const judged = segments
        .map((segment) => ({ ...segment, probability: segmentProbability(segment, calibration) }))
        .filter(({ probability }) => probability >= policy.reviewProbability);
      if (judged.length === 0) return [];
      return [{ workId, probability: Math.max(...judged.map((s) => s.probability)), segments: judged }];
    })
    .toSorted((a, b) => b.probability - a.probability);
  const best = matches[0];
  const outcome = !best ? 'distinct' : best.probability >= policy.copyProbability ? 'copy' : 'review';
  return {
    outcome,
    policyVersion: policy.version,
    calibrationVersion: calibration.version,
    matches,
    explanation: explainVideo(outcome, matches),
  };
}
