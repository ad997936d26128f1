import type { Outcome } from '../../../domain/match.ts';
import type { ClaimedWork, LikelyWork } from '../judge-works.ts';

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
export type SoundWorkClaim<S extends SoundClaim = SoundClaim> = ClaimedWork<S>;

/** A work that is copied, or may be. */
export type JudgedSoundWork<S extends SoundClaim = SoundClaim> = LikelyWork<S>;

/** A segment with the probability that it is a copy. */
export type JudgedSound<S extends SoundClaim = SoundClaim> = JudgedSoundWork<S>['segments'][number];

/** The answer for a sound: one outcome, and what was found, best first. */
export interface AudioVerdict<S extends SoundClaim = SoundClaim> {
  readonly outcome: Outcome;
  readonly policyVersion: string;
  readonly calibrationVersion: string;
  readonly matches: readonly JudgedSoundWork<S>[];
  readonly explanation: string;
}
