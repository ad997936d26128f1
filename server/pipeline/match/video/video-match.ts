import type { WorkId } from '../../../domain/ids.ts';
import type { AffineTransform } from '../../../domain/match.ts';
import type { Box } from '../../../domain/media.ts';

/** A stretch of time on one side of a match, and the part of the picture that it fills. */
export interface VideoStretch {
  readonly startMs: number;
  /** When the last frame has been shown. */
  readonly endMs: number;
  readonly box: Box;
}

/** What a segment is believed for; input of its probability. */
export interface SegmentEvidence {
  /** Mean cosine of the vectors along the segment. */
  readonly similarity: number;
  /** Sampled frames of the query that agree, and how many could. */
  readonly support: number;
  readonly samples: number;
  /** Median likeness of the frames along the line at full rate, −1…1; null without frames. */
  readonly likeness: number | null;
  /** The same of what moves in the pictures. */
  readonly movement: number | null;
  /** Frames compared at full rate. */
  readonly frames: number;
  /** Share of the work's picture that is shown. */
  readonly shown: number;
}

/** One copied stretch. work time = speed · query time + offset; speed below 0 runs backwards. */
export interface VideoSegmentMatch {
  readonly query: VideoStretch;
  readonly work: VideoStretch;
  readonly speed: number;
  readonly mirrored: boolean;
  /** Query picture to work picture, in fractions; null without frames. */
  readonly transform: AffineTransform | null;
  /** Boundaries were set at full frame rate. */
  readonly isExact: boolean;
  readonly evidence: SegmentEvidence;
}

/** A registered work of which stretches seem to be copied, in order of query time. */
export interface VideoWorkMatch {
  readonly workId: WorkId;
  readonly segments: readonly VideoSegmentMatch[];
}
