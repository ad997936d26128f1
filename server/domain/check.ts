import type { Digest } from './digest.ts';
import type { CheckId, ContentId, KeyId } from './ids.ts';
import type { Verdict } from './match.ts';
import type { Medium } from './media.ts';

export const CHECK_STATES = ['received', 'decided', 'failed'] as const;
export type CheckState = (typeof CHECK_STATES)[number];

/** A question "is this file a copy of something registered?" and its answer. */
export interface Check {
  readonly id: CheckId;
  readonly state: CheckState;
  readonly medium: Medium;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly width: number | null;
  readonly height: number | null;
  /** Null where the medium has no length in time. */
  readonly durationMs: number | null;
  readonly contentId: ContentId;
  readonly contentHash: Digest;
  readonly keyId: KeyId;
  readonly code: Digest | null;
  readonly verdict: Verdict | null;
  readonly problem: { readonly code: string; readonly detail: string } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
