/** Shapes of the HTTP API that have no type of their own in `server/domain/`. */
import type { Check } from '../../../server/domain/check.ts';
import type { Digest } from '../../../server/domain/digest.ts';
import type { Evidence } from '../../../server/domain/evidence.ts';
import type { Work } from '../../../server/domain/work.ts';

export type { Check } from '../../../server/domain/check.ts';
export type { Digest } from '../../../server/domain/digest.ts';
export type { Evidence } from '../../../server/domain/evidence.ts';
export type { Match, MatchReason, Verdict } from '../../../server/domain/match.ts';
export type { Box } from '../../../server/domain/media.ts';
export type { Work, WorkState } from '../../../server/domain/work.ts';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A reference to a long-running piece of work. */
export interface JobRef {
  readonly id: string;
}

/** Where a job stands. */
export interface Job {
  readonly id: string;
  readonly state: string;
  readonly progress?: JobProgress | null;
  readonly problem?: { readonly code: string; readonly detail: string } | null;
}

/** One step of a job, as `event: progress` carries it. */
export interface JobProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** `GET /v1/registry`. */
export interface Registry {
  readonly chainId: number;
  readonly registry: string;
  readonly ledger: string;
  readonly model: { readonly name: string; readonly version: string; readonly digest: Digest };
  readonly policyVersion: string;
  readonly works: { readonly total: number; readonly anchored: number };
  readonly head: unknown;
}

/** `GET /v1/works/:id/signing-request`: EIP-712, with what the signature call wants back. */
export interface SigningRequest {
  readonly domain: {
    readonly name: string;
    readonly version: string;
    readonly chainId: string | number;
    readonly verifyingContract: string;
  };
  readonly types: Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;
  readonly primaryType: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly nonce?: string | null;
  readonly deadline: number;
}

export interface RegisterAnswer {
  readonly work: Work;
  readonly job: JobRef;
}
export interface CheckAnswer {
  readonly check: Check;
  readonly job: JobRef;
}
export interface EvidenceAnswer {
  readonly evidence: Evidence;
  readonly job: JobRef;
}
