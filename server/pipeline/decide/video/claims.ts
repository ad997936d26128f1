import type { WorkId } from '../../../domain/ids.ts';
import type { Outcome } from '../../../domain/match.ts';

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
