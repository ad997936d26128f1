import type { WorkId } from '../../../domain/ids.ts';

/** A stretch of sound; the end is not included. */
export interface SoundStretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** What the windows say of a stretch. */
export interface WindowEvidence {
  /** Mean cosine of the windows along the line. */
  readonly similarity: number;
  /** The same minus the mean cosine of windows beside the line: how much better this place is than any other. */
  readonly contrast: number;
  /** Windows that agree, of those that both sides have. */
  readonly support: number;
  readonly windows: number;
}

/** Why a stretch is believed to be copied. */
export interface SoundEvidence extends WindowEvidence {
  /** Correlation of the loudness changes in 8 bands at the best alignment, −1…1. */
  readonly likeness: number;
}

/** One copied stretch. work time = speed · query time + offset. */
export interface AudioSegmentMatch {
  readonly query: SoundStretch;
  readonly work: SoundStretch;
  readonly speed: number;
  /** Times were set by the loudness of both sounds (to about 20 ms), not by the windows alone. */
  readonly isExact: boolean;
  readonly evidence: SoundEvidence;
}

/** Where in the work a moment of the query lies, by the segment's line. */
export function workTimeAt(
  { query, work, speed }: Pick<AudioSegmentMatch, 'query' | 'work' | 'speed'>,
  queryMs: number,
): number {
  return work.startMs + speed * (queryMs - query.startMs);
}

/** A registered work of which stretches seem to be copied, in order of query time. */
export interface AudioWorkMatch {
  readonly workId: WorkId;
  readonly segments: readonly AudioSegmentMatch[];
}
