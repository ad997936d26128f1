import type { WorkId } from '../../../domain/ids.ts';
import type { Outcome } from '../../../domain/match.ts';

/** What this stage reads of a segment; the match stage's `AudioSegmentMatch` is one. */
export interface SoundClaim {
  readonly query: { readonly startMs: number; readonly endMs: number };
  readonly work: { readonly startMs: number; readonly endMs: number };
  readonly speed: number;
  readonly isExact: boolean;
  readonly evidence: {
    readonly similarity: number;
    readonly contrast: number;
    readonly support: number;
    readonly windows: number;
    readonly likeness: number;
  };
}

/** A work with the segments that it is claimed for. */
export interface SoundWorkClaim<S extends SoundClaim = SoundClaim> {
  readonly workId: WorkId;
  readonly segments: readonly S[];
}

/** A segment with the probability that it is a copy. */
export type JudgedSound<S extends SoundClaim = SoundClaim> = S & { readonly probability: number };

/** A work that is copied, or may be. */
export interface JudgedSoundWork<S extends SoundClaim = SoundClaim> {
  readonly workId: WorkId;
  /** That of the best segment. */
  readonly probability: number;
  readonly segments: readonly JudgedSound<S>[];
}

/** The answer for a sound: one outcome, and what was found, best first. */
export interface AudioVerdict<S extends SoundClaim = SoundClaim> {
  readonly outcome: Outcome;
  readonly policyVersion: string;
  readonly calibrationVersion: string;
  readonly matches: readonly JudgedSoundWork<S>[];
  readonly explanation: string;
}
