import type { Evidence } from '../domain/evidence.ts';
import type { EvidenceClaim, WorkRecord } from '../domain/records/index.ts';
import type { Work } from '../domain/work.ts';
import type { FileClaim } from '../pipeline/anchor/index.ts';
import type { ProofBundle } from '../pipeline/prove/index.ts';
import type { ImporterParams } from '../pipeline/record/index.ts';

/** Public content, as far as proofs need it: the content store has these. */
export interface PublicContent {
  get(cid: string): Promise<Uint8Array>;
  stat(cid: string): Promise<{ readonly importer: ImporterParams } | null>;
}

/** The model folder's card: name, version and SHA-256 hex of every file. */
export interface ModelFiles {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What a proof is made of. `work` must be `anchored`; `record` is the row's `record` column. */
export interface WorkProofInput {
  readonly work: Work;
  readonly record: WorkRecord;
  readonly content: PublicContent;
  readonly model: ModelFiles;
  readonly ledger: `0x${string}`;
}

/** Also the claim: `claim` is the row's column, `operation` the outbox entry's operation. */
export interface EvidenceProofInput extends WorkProofInput {
  readonly evidence: Evidence;
  readonly claim: EvidenceClaim;
  readonly operation: FileClaim;
}

/** The bundle of a work. Throws `ConflictError('wrong_state')` until the work is anchored. */
export async function exportWorkProof(_input: WorkProofInput): Promise<ProofBundle> {
  throw new Error('being written');
}

/** The bundle of an evidence claim. Throws `ConflictError('wrong_state')` until both are anchored. */
export async function exportEvidenceProof(_input: EvidenceProofInput): Promise<ProofBundle> {
  throw new Error('being written');
}
