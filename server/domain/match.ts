import type { WorkId } from './ids.ts';
import type { Box } from './media.ts';

/** Maps query coordinates to reference coordinates, both as fractions: x' = a·x + b·y + c, y' = d·x + e·y + f. */
export interface AffineTransform {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** Why a match is believed. Each kind is a separate line of evidence that can be recomputed alone. */
export type MatchReason =
  | { readonly kind: 'exact'; readonly detail: string }
  | { readonly kind: 'code'; readonly hammingDistance: number; readonly detail: string }
  | {
      readonly kind: 'embedding';
      readonly similarity: number;
      readonly normalized: number;
      readonly detail: string;
    }
  | {
      readonly kind: 'geometry';
      readonly inliers: number;
      readonly tentative: number;
      readonly detail: string;
    };

/** One registered work that the query seems to copy, with the place on both sides. */
export interface Match {
  readonly workId: WorkId;
  /** Cosine similarity of the best pair of segments, −1…1 (1 = same). */
  readonly similarity: number;
  /** Calibrated probability that the query copies the work, 0…1. */
  readonly probability: number;
  /** Segment indexes of the best pair. */
  readonly querySegment: number;
  readonly workSegment: number;
  readonly queryBox: Box;
  readonly workBox: Box;
  /** Where the copied area lies, as polygons in fractions, in matching order; null without geometry. */
  readonly transform: AffineTransform | null;
  readonly mirrored: boolean;
  readonly reasons: readonly MatchReason[];
}

/** `copy`: act on it; `review`: a person should look; `distinct`: nothing registered is copied. */
export type Outcome = 'copy' | 'review' | 'distinct';

/** Thresholds on the probability, versioned: a verdict keeps the version it was made under. */
export interface Policy {
  readonly version: string;
  readonly copyProbability: number;
  readonly reviewProbability: number;
}

/** The answer to "is this a copy of something registered?". */
export interface Verdict {
  readonly outcome: Outcome;
  readonly policyVersion: string;
  readonly modelDigest: `0x${string}`;
  /** Best first; only those at or above the review probability. */
  readonly matches: readonly Match[];
  /** One sentence for a person. */
  readonly explanation: string;
}
