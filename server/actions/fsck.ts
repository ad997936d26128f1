import type { Evidence } from '../domain/evidence.ts';
import type { EvidenceClaim, WorkRecord } from '../domain/records/index.ts';
import type { Work } from '../domain/work.ts';
import type { ChainReader, Outbox } from '../pipeline/anchor/index.ts';

/** One thing that is not as it should be. */
export interface FsckProblem {
  /** `work_…`, `batch_…`, `evidence_…`, a CID or `chain`. */
  readonly subject: string;
  /** Which check failed: `record-digest`, `metadata-cid`, `merkle-path`, `anchored-once`, `block-time`, …. */
  readonly check: string;
  readonly detail: string;
}

/** What was looked at and what was found. */
export interface FsckReport {
  readonly checked: {
    readonly works: number;
    readonly batches: number;
    readonly evidence: number;
    readonly contents: number;
    readonly uploads: number;
  };
  readonly problems: readonly FsckProblem[];
  readonly clean: boolean;
  readonly durationMs: number;
}

/** What the rows say; the service's stores give it. */
export interface FsckRows {
  works(): AsyncIterable<{ readonly work: Work; readonly record: WorkRecord | null }>;
  evidence(): AsyncIterable<{ readonly evidence: Evidence; readonly claim: EvidenceClaim }>;
}

/** The content store's part of `fsck`. */
export interface FsckContent {
  get(cid: string): Promise<Uint8Array>;
  readUpload(contentId: `content_${string}`): Promise<Uint8Array>;
}

/** What `fsck` needs. Without a reader the chain is not asked. */
export interface FsckOptions<Tx> {
  readonly rows: FsckRows;
  readonly outbox: Outbox<Tx>;
  readonly content: FsckContent;
  readonly reader: ChainReader | null;
}

/** Re-derives every digest, Merkle path, CID and on-chain time from the raw data. Reads only. */
export async function fsck<Tx>(_options: FsckOptions<Tx>): Promise<FsckReport> {
  throw new Error('being written');
}
