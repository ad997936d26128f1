import type { Digest } from '../../domain/digest.ts';
import type { EvidenceId, WorkId } from '../../domain/ids.ts';
import type { WorkRecord } from '../../domain/records/index.ts';
import type { Anchor } from '../../domain/work.ts';
import type { ChainPlace } from './chain-reader.ts';
import type { Operation } from './operation.ts';

/** Works whose anchor an event is about: all members of a batch, or the one work of the record lane. */
export interface WorkAnchor {
  readonly workId: WorkId;
  /** Null unless `anchored` or `finalized`. */
  readonly anchor: Anchor | null;
}

/** What an event is about. A promotion changes neither the work's state nor its anchor. */
export type AnchorSubject =
  | { readonly kind: 'works'; readonly works: readonly WorkAnchor[] }
  | { readonly kind: 'evidence'; readonly evidenceId: EvidenceId; readonly claimId: Digest }
  | { readonly kind: 'promotion'; readonly workId: WorkId };

interface AnchorEventBase {
  readonly operationId: Digest;
  readonly operation: Operation;
  readonly subject: AnchorSubject;
}

/**
 * Progress of an operation. `rolledBack`: what was submitted, anchored or even finalized stands on the chain no more
 * (reorg, a chain that lost its tail); it is queued again by itself. `failed` is for good. `replaced`: a registration
 * that is for good as well, but the owner's standing consent is there, so the work goes on with the next batch.
 */
export type AnchorEvent =
  | (AnchorEventBase & {
      readonly type: 'submitted';
      readonly transactionHash: Digest;
      readonly nonce: number;
    })
  | (AnchorEventBase & { readonly type: 'anchored' | 'finalized'; readonly place: ChainPlace })
  | (AnchorEventBase & { readonly type: 'rolledBack'; readonly reason: string })
  | (AnchorEventBase & {
      readonly type: 'failed' | 'replaced';
      readonly problem: { readonly code: string; readonly detail: string };
    });

/**
 * Told of every step in the transaction that records it, so rows of works and the outbox never disagree: use `tx`,
 * nothing else, and let errors through (the step is then rolled back and tried again). Events may repeat after a
 * crash or a reorg; each states the whole truth, so write it over what was there.
 */
export interface AnchorListener<Tx> {
  onAnchorEvent(tx: Tx, event: AnchorEvent): Promise<void>;
}

/** A work that waits for a batch. */
export interface BatchCandidate {
  readonly workId: WorkId;
  readonly recordDigest: Digest;
  /** Its owner wants a record of its own: the leaf is promoted at once. Null: when evidence needs it. */
  readonly promotion: null | { readonly record: WorkRecord; readonly signature: `0x${string}` };
}

/** Gives works to batches. Implemented by the store of works. */
export interface BatchSource<Tx> {
  /** Up to `limit` works of lane `batch` in state `recorded` that have no batch, oldest first (`FOR UPDATE`). */
  takeRecorded(tx: Tx, limit: number): Promise<readonly BatchCandidate[]>;
  /** Writes the batch into the rows of its works. */
  assignBatch(tx: Tx, batchId: `batch_${string}`, workIds: readonly WorkId[]): Promise<void>;
}
