import type { Digest } from '../../domain/digest.ts';
import type { BatchId, WorkId } from '../../domain/ids.ts';
import type { ChainPlace } from './chain-reader.ts';
import type { SignedTransaction } from './chain-writer.ts';
import type { Operation } from './operation.ts';

/**
 * `queued` → `submitted` → `anchored` → `finalized`; back to `queued` when the chain forgot; `failed` is the end.
 * `replaced`: it cannot be done this way any more and is on its way by another operation.
 */
export const OUTBOX_STATES = ['queued', 'submitted', 'anchored', 'finalized', 'failed', 'replaced'] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** One operation and how far it came. Times in Unix milliseconds. */
export interface OutboxEntry {
  readonly id: Digest;
  readonly operation: Operation;
  readonly state: OutboxState;
  /** Another operation that must stand on the chain first. */
  readonly dependsOn: Digest | null;
  /** The nonce that was reserved; null unless `submitted`. */
  readonly nonce: number | null;
  /** Everything signed under that nonce, oldest first (fee bumps). */
  readonly attempts: readonly SignedTransaction[];
  readonly place: ChainPlace | null;
  /** How often it failed in a row, for the backoff. */
  readonly failures: number;
  readonly nextAttemptAt: number;
  /** When the newest attempt was signed. */
  readonly submittedAt: number | null;
  /** Why it failed or was replaced. */
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

/** A leaf of a batch. */
export interface BatchMember {
  readonly workId: WorkId;
  readonly recordDigest: Digest;
  readonly index: number;
  readonly path: readonly Digest[];
}

/** A batch as it was formed; immutable. */
export interface Batch {
  readonly batchId: BatchId;
  readonly root: Digest;
  readonly size: number;
  readonly manifestCid: string;
  readonly members: readonly BatchMember[];
}

/** What a step writes; `undefined` leaves a column as it is. */
export interface OutboxChange {
  readonly state?: OutboxState;
  readonly nonce?: number | null;
  /** Added to the attempts. */
  readonly attempt?: SignedTransaction;
  /** Forget all attempts: the nonce is given up. */
  readonly dropAttempts?: boolean;
  readonly place?: ChainPlace | null;
  readonly failures?: number;
  readonly nextAttemptAt?: number;
  readonly problem?: { readonly code: string; readonly detail: string } | null;
}

/**
 * The transactional outbox. `Tx` is whatever the database calls a transaction: the stages do not know.
 * Throws `UpstreamError('database_unavailable')` when the database does not answer.
 */
export interface Outbox<Tx> {
  /** Runs `work` in a transaction. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Adds an operation in the caller's transaction. An operation with the same content-derived id is already there:
   * `created` is false and nothing changes, except that one that `failed` is queued again with the new content.
   */
  enqueue(
    tx: Tx,
    operation: Operation,
    dependsOn?: Digest,
  ): Promise<{ readonly id: Digest; readonly created: boolean }>;
  get(id: Digest): Promise<OutboxEntry | null>;
  /** Operations in these states: submitted by nonce, others in the order they came. */
  list(states: readonly OutboxState[]): Promise<OutboxEntry[]>;
  /**
   * Queued operations whose turn it may be at `now` (Unix milliseconds): the first of each line, and none that waits
   * for another operation. Kinds take turns, so that many of one kind do not hold up the others.
   */
  listDue(now: number, limit: number): Promise<OutboxEntry[]>;
  /** Lets whatever waits for operation `from` wait for `to` instead. */
  redirect(tx: Tx, from: Digest, to: Digest): Promise<void>;
  /** Anchored and finalized operations, newest block first, after `after` in that order. */
  listPlaced(limit: number, after?: OutboxEntry): Promise<OutboxEntry[]>;
  count(): Promise<Readonly<Record<OutboxState, number>>>;
  /** Writes a step. Gives false and writes nothing when the entry is no longer in state `from`. */
  update(tx: Tx, id: Digest, from: OutboxState, change: OutboxChange): Promise<boolean>;
  /** Adds a batch and its members. A work that is in a batch already makes it throw (unique). */
  insertBatch(tx: Tx, batch: Batch): Promise<void>;
  batch(batchId: BatchId): Promise<Batch | null>;
  /** The batch that holds a work; give `tx` inside of a transaction. */
  batchOf(workId: WorkId, tx?: Tx): Promise<Batch | null>;
  /** Every batch, oldest first. */
  listBatches(): AsyncIterable<Batch>;
  /** Takes or renews the lease of the one sender; false while another process holds it. */
  lease(holder: string, ttlMs: number): Promise<boolean>;
  release(holder: string): Promise<void>;
}
