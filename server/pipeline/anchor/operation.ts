import type { Digest } from '../../domain/digest.ts';
import type { BatchId, EvidenceId, WorkId } from '../../domain/ids.ts';
import {
  type Address,
  batchIdOf,
  type EvidenceClaim,
  hashEvidenceClaim,
  hashWorkRecord,
  sha256Digest,
  type WorkRecord,
} from '../../domain/records/index.ts';
import { canonicalBytes, type SegmentProof } from '../record/index.ts';

/** Anchors the root of a batch (`registerBatch`). */
export interface RegisterBatch {
  readonly kind: 'register-batch';
  readonly batchId: BatchId;
  readonly root: Digest;
  readonly size: number;
  readonly manifestCid: string;
}

/** Registers one work with its owner's signature (`registerFor`). */
export interface RegisterFor {
  readonly kind: 'register-for';
  readonly workId: WorkId;
  readonly record: WorkRecord;
  readonly nonce: string;
  /** Unix seconds. */
  readonly deadline: number;
  readonly signature: `0x${string}`;
  /** With it the work goes into a batch when the contract refuses this for good; null = then it fails. */
  readonly standing: `0x${string}` | null;
}

/** Makes a leaf of an anchored batch a record of its own (`promoteFor`); evidence needs that. */
export interface PromoteFor {
  readonly kind: 'promote-for';
  readonly workId: WorkId;
  readonly record: WorkRecord;
  readonly root: Digest;
  readonly index: number;
  readonly path: readonly Digest[];
  /** The standing consent: the owner's signature over the bare record. */
  readonly signature: `0x${string}`;
}

/** Files an infringement claim; the service is the reporter unless `filing` carries somebody else's signature. */
export interface FileClaim {
  readonly kind: 'file-claim';
  readonly evidenceId: EvidenceId;
  readonly record: WorkRecord;
  readonly claim: EvidenceClaim;
  readonly segmentProof: SegmentProof | null;
  readonly filing: null | {
    readonly nonce: string;
    readonly deadline: number;
    readonly signature: `0x${string}`;
  };
}

/** Something that must come to stand on the chain, exactly once. JSON-safe: it is kept in the outbox as it is. */
export type Operation = RegisterBatch | RegisterFor | PromoteFor | FileClaim;

/**
 * What the chain can be asked for to learn whether an operation is done already. `submitter` is part of a batch's id
 * on the chain, so the same root sent with another key is another batch.
 */
export type ChainSubject =
  | { readonly kind: 'batch'; readonly id: Digest }
  | { readonly kind: 'work'; readonly id: Digest }
  | { readonly kind: 'claim'; readonly id: Digest };

/** The thing on the chain that an operation brings about. */
export function subjectOf(operation: Operation, submitter: Address): ChainSubject {
  switch (operation.kind) {
    case 'register-batch':
      return { kind: 'batch', id: batchIdOf(operation.root, submitter) };
    case 'register-for':
    case 'promote-for':
      return { kind: 'work', id: hashWorkRecord(operation.record) };
    case 'file-claim':
      return { kind: 'claim', id: hashEvidenceClaim(operation.claim) };
  }
}

/** Content-derived: the same intention has the same id, so enqueueing it twice gives one row. */
export function operationId(operation: Operation): Digest {
  return sha256Digest(canonicalBytes({ kind: operation.kind, key: keyOf(operation) }));
}

/**
 * The line in which an operation stands because its signature carries a nonce, and its place there; null for what may
 * go at any time. The contracts take the nonces of one signer in their order.
 */
export function lineOf(operation: Operation): { readonly line: string; readonly position: bigint } | null {
  if (operation.kind === 'register-for') {
    return { line: `owner ${operation.record.owner}`, position: BigInt(operation.nonce) };
  }
  if (operation.kind === 'file-claim' && operation.filing !== null) {
    return { line: `reporter ${operation.claim.reporter}`, position: BigInt(operation.filing.nonce) };
  }
  return null;
}

function keyOf(operation: Operation): Digest {
  if (operation.kind === 'register-batch') return operation.root;
  if (operation.kind === 'file-claim') return hashEvidenceClaim(operation.claim);
  return hashWorkRecord(operation.record);
}
