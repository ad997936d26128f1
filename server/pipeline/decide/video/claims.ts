import type { Outcome } from '../../../domain/match.ts';
import type { ClaimedWork, LikelyWork } from '../judge-works.ts';

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
export type WorkClaim<S extends SegmentClaim = SegmentClaim> = ClaimedWork<S>;

/** A work that is copied, or may be. */
export type JudgedWork<S extends SegmentClaim = SegmentClaim> = LikelyWork<S>;

/** A segment with the probability that it is a copy. */
export type JudgedSegment<S extends SegmentClaim = SegmentClaim> = JudgedWork<S>['segments'][number];

/** The answer for a video: one outcome, and what was found, best first. */
export interface VideoVerdict<S extends SegmentClaim = SegmentClaim> {
  readonly outcome: Outcome;
  readonly policyVersion: string;
  readonly calibrationVersion: string;
  readonly matches: readonly JudgedWork<S>[];
  readonly explanation: string;
}
