import type { Digest } from './digest.ts';
import type { BatchId, ContentId, KeyId, WorkId } from './ids.ts';
import type { Iscc } from './iscc.ts';
import type { Verdict } from './match.ts';
import type { Medium } from './media.ts';

/**
 * The states of a work, each with its promise (docs/architecture.md, "Life of a work").
 * `in_review` and `rejected` leave the main line after `decided`; `awaiting_signature` is `decided` seen by the owner.
 */
export const WORK_STATES = [
  'received',
  'fingerprinted',
  'decided',
  'in_review',
  'rejected',
  'recorded',
  'submitted',
  'anchored',
] as const;
export type WorkState = (typeof WORK_STATES)[number];

/** The states from the owner's signature on: the work is on record, for everybody to see. */
export const SIGNED_STATES: readonly WorkState[] = ['recorded', 'submitted', 'anchored'];

/** Whether its owner signed it. */
export function isSigned(work: Pick<Work, 'state'>): boolean {
  return SIGNED_STATES.includes(work.state);
}

/** The states of a work that was not turned away and is not accepted yet. */
export const UNDERWAY_STATES: readonly WorkState[] = ['received', 'fingerprinted', 'in_review'];

/** How a work reaches the chain: one transaction of its own (relayed), or a leaf of a Merkle batch. */
export const LANES = ['batch', 'record'] as const;
export type Lane = (typeof LANES)[number];

/** The EIP-712 consent of the owner to a record. `nonce` only in the record lane (decimal string). */
export interface OwnerConsent {
  readonly signature: `0x${string}`;
  /** Unix seconds after which it may no longer be used. */
  readonly deadline: number;
  readonly nonce: string | null;
  /**
   * Record lane: the standing consent, a second signature over the bare record, with which the work goes into a batch
   * when its registration fails for good. Batch lane: null, because `signature` is the standing consent there.
   */
  readonly standing: `0x${string}` | null;
}

/** Where a work stands on the chain. */
export interface Anchor {
  readonly chainId: number;
  readonly registry: `0x${string}`;
  readonly lane: Lane;
  readonly transactionHash: Digest;
  readonly blockNumber: number;
  readonly blockHash: Digest;
  /** Unix seconds of the block: the claim's time. */
  readonly blockTime: number;
  readonly finalized: boolean;
  /** Batch lane only. */
  readonly batch: null | {
    readonly batchId: string;
    readonly root: Digest;
    readonly size: number;
    readonly index: number;
    readonly path: readonly Digest[];
  };
}

/** A work as the service knows it. */
export interface Work {
  readonly id: WorkId;
  readonly state: WorkState;
  readonly medium: Medium;
  readonly title: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly width: number | null;
  readonly height: number | null;
  /** Null where the medium has no length in time. */
  readonly durationMs: number | null;
  readonly contentId: ContentId;
  /** SHA-256 of the bytes. */
  readonly contentHash: Digest;
  /** Lower-case address of the owner. */
  readonly owner: `0x${string}`;
  readonly lane: Lane;
  readonly keyId: KeyId;
  readonly code: Digest | null;
  readonly fingerprintRoot: Digest | null;
  readonly modelDigest: Digest | null;
  /** ISCC-CODE of the file (ISO 24138), set with the fingerprint. */
  readonly iscc: Iscc | null;
  readonly metadataCid: string | null;
  /** keccak hashStruct of the canonical record; the key of the work on the chain. Set from `decided` on. */
  readonly recordDigest: Digest | null;
  readonly verdict: Verdict | null;
  readonly consent: OwnerConsent | null;
  readonly batchId: BatchId | null;
  readonly anchor: Anchor | null;
  /** Problem code and detail when `rejected`, or when the last job failed for good. */
  readonly problem: { readonly code: string; readonly detail: string } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
