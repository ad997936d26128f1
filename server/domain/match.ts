import type { WorkId } from './ids.ts';
import type { Box, Medium } from './media.ts';

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
    }
  /** Video and audio: frames (or sound windows) that agree along one line through both times, of those that could. */
  | {
      readonly kind: 'time';
      readonly track: 'picture' | 'sound';
      readonly agreeing: number;
      readonly samples: number;
      readonly detail: string;
    }
  /** Texts: characters that stand in the same order on both sides. */
  | {
      readonly kind: 'text';
      readonly characters: number;
      readonly longest: number;
      readonly detail: string;
    }
  /** Found, but does not count: quoted passages, licence texts. */
  | { readonly kind: 'excluded'; readonly characters: number; readonly detail: string };

/** A part of a work or of a query, in the terms of its medium. Ends are not included. */
export type Stretch =
  | { readonly kind: 'region'; readonly box: Box }
  | {
      readonly kind: 'time';
      readonly startMs: number;
      readonly endMs: number;
      /** Counted from 0; null for sound, and where the ends are not set to the frame. */
      readonly firstFrame: number | null;
      readonly lastFrame: number | null;
      /** The part of the picture; null for sound. */
      readonly box: Box | null;
    }
  /** Unicode code points of the text as it was read. */
  | { readonly kind: 'characters'; readonly start: number; readonly end: number };

/** One copied stretch, the same for all media. */
export interface MatchSegment {
  readonly query: Stretch;
  readonly work: Stretch;
  readonly track: 'picture' | 'sound' | 'text';
  /** 1 = same; of vectors a cosine −1…1, of texts the share of letters that agree. */
  readonly similarity: number;
  readonly probability: number;
  /** Time that passes in the work for one unit of time of the query, below 0 backwards; 1 for pictures and texts. */
  readonly speed: number;
  readonly mirrored: boolean;
  /** Query picture to work picture; null where there is none, or none was found. */
  readonly transform: AffineTransform | null;
  /** Whether the ends were refined to the frame, the sample or the character. */
  readonly isExact: boolean;
  /** For a person. */
  readonly explanation: string;
}

/** One registered work that the query seems to copy, with the place on both sides. */
export interface Match {
  readonly workId: WorkId;
  readonly medium: Medium;
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
  /** What was copied, in the order of the query; of a picture one region. */
  readonly segments: readonly MatchSegment[];
}

/** `copy`: act on it; `review`: a person should look; `distinct`: nothing registered is copied. */
export type Outcome = 'copy' | 'review' | 'distinct';

/** From which probability on something is called a copy, and from which a person should look. */
export interface Thresholds {
  readonly copyProbability: number;
  readonly reviewProbability: number;
}

/**
 * Thresholds on the probability, versioned: a verdict keeps the version it was made under. Every medium has its own, for
 * each has a calibration of its own.
 */
export interface Policy extends Thresholds {
  readonly version: string;
  /** What holds for the sound of a medium that has pictures and sound. */
  readonly sound?: Thresholds;
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
  /** What the answer does not hold for, in sentences for a person. */
  readonly warnings?: readonly string[] | undefined;
}
