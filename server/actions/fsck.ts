import type { Evidence } from '../domain/evidence.ts';
import type { EvidenceClaim, WorkRecord } from '../domain/records/index.ts';
import type { Work } from '../domain/work.ts';
import { ColophonError } from '../errors.ts';
import type { Batch, ChainReader, Outbox } from '../pipeline/anchor/index.ts';
import {
  checkBatch,
  checkEvidenceRow,
  checkFailures,
  checkWorkRow,
  type FsckContent,
  type FsckPrints,
  type FsckTools,
} from './fsck-checks.ts';

export type { FsckContent, FsckPrints } from './fsck-checks.ts';

/** One thing that is not as it should be. */
export interface FsckProblem {
  /** `work_…`, `batch_…`, `evidence_…`, `content_…`, a CID or `chain`. */
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
    /** Fingerprints that were made again from the stored file. */
    readonly prints: number;
  };
  readonly problems: readonly FsckProblem[];
  /** What was left out and how to have it looked at; empty when everything was. */
  readonly notChecked: readonly string[];
  readonly clean: boolean;
  readonly durationMs: number;
}

/** What the rows say; the service's stores give it. */
export interface FsckRows {
  works(): AsyncIterable<{ readonly work: Work; readonly record: WorkRecord | null }>;
  evidence(): AsyncIterable<{ readonly evidence: Evidence; readonly claim: EvidenceClaim }>;
}

/** What `fsck` needs. Without a reader the chain is not asked. */
export interface FsckOptions<Tx> {
  readonly rows: FsckRows;
  readonly outbox: Outbox<Tx>;
  readonly content: FsckContent;
  readonly reader: ChainReader | null;
  readonly prints: FsckPrints;
  /** Whether fingerprints are made again from the files, too: it takes as long as registering did. */
  readonly deep: boolean;
}

/**
 * Re-derives every digest, Merkle path, CID and on-chain time from the raw data, and names the operations that failed
 * for good. Reads only, and goes on after a problem. Throws `UpstreamError('chain_unavailable')` when the chain does not answer: then nothing can be said.
 */
export async function fsck<Tx>(options: FsckOptions<Tx>): Promise<FsckReport> {
  const startedAt = performance.now();
  const problems: FsckProblem[] = [];
  const counts = { works: 0, batches: 0, evidence: 0, contents: 0, uploads: 0, prints: 0 };
  const skipped = new Map<string, number>();
  const tools: FsckTools = {
    content: options.content,
    reader: options.reader,
    prints: options.prints,
    deep: options.deep,
    counts,
    skip: (why) => void skipped.set(why, (skipped.get(why) ?? 0) + 1),
    report: (subject, check, detail) => problems.push({ subject, check, detail }),
  };
  const { memberOf, batches } = await readBatches(options.outbox);
  for (const batch of batches) {
    counts.batches += 1;
    await guarded(tools, batch.batchId, () => checkBatch(tools, batch));
  }
  const anchored = new Map<string, string>();
  for await (const { work, record } of options.rows.works()) {
    counts.works += 1;
    const before = work.recordDigest === null ? undefined : anchored.get(work.recordDigest);
    if (before !== undefined && work.state !== 'rejected') {
      tools.report(work.id, 'anchored-once', `it has the record digest of ${before}`);
    }
    if (work.recordDigest !== null && work.state !== 'rejected') anchored.set(work.recordDigest, work.id);
    await guarded(tools, work.id, () => checkWorkRow(tools, work, record, memberOf.get(work.id) ?? null));
  }
  for await (const { evidence, claim } of options.rows.evidence()) {
    counts.evidence += 1;
    await guarded(tools, evidence.id, () => checkEvidenceRow(tools, evidence, claim));
  }
  await checkFailures(tools, await options.outbox.list(['failed']));
  return {
    checked: counts,
    problems,
    notChecked: [...skipped].map(([why, count]) => `${count} ${why}`),
    clean: problems.length === 0,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

/** Which batch holds which work: read once, because a batch has thousands of members. */
async function readBatches<Tx>(
  outbox: Outbox<Tx>,
): Promise<{ batches: Batch[]; memberOf: Map<string, Batch> }> {
  const batches: Batch[] = [];
  const memberOf = new Map<string, Batch>();
  for await (const batch of outbox.listBatches()) {
    batches.push(batch);
    for (const member of batch.members) memberOf.set(member.workId, batch);
  }
  return { batches, memberOf };
}

/** One damaged row must not end the walk; a chain that is down must. */
async function guarded(tools: FsckTools, subject: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (error instanceof ColophonError && error.code === 'chain_unavailable') throw error;
    const name = error instanceof ColophonError ? error.code : 'unreadable';
    tools.report(subject, name, error instanceof Error ? error.message : String(error));
  }
}
