import { type BatchId, newId } from '../../domain/ids.ts';
import { batchTree } from '../../domain/records/index.ts';
import { type CanonicalDocument, canonicalDocument } from '../record/index.ts';
import type { BatchCandidate } from './anchor-listener.ts';
import type { Batch } from './outbox.ts';

/** The public list of leaves of a batch: with it anybody can rebuild the tree. */
export interface BatchManifest {
  readonly type: 'colophon.batch';
  readonly version: 1;
  /** Record digests in the order of the leaves. */
  readonly leaves: readonly string[];
}

/** The most works of one batch: what the gas figures are measured with. */
export const MAX_BATCH_SIZE = 4096;

/** Forms a batch: tree over the record digests in the order given, path of every member, manifest. */
export function formBatch(
  candidates: readonly Pick<BatchCandidate, 'workId' | 'recordDigest'>[],
  batchId: BatchId = newId('batch'),
): { readonly batch: Batch; readonly manifest: CanonicalDocument<BatchManifest> } {
  const leaves = candidates.map((candidate) => candidate.recordDigest);
  const tree = batchTree(leaves);
  const manifest = canonicalDocument<BatchManifest>({ type: 'colophon.batch', version: 1, leaves });
  const members = candidates.map(({ workId, recordDigest }, index) => ({
    workId,
    recordDigest,
    index,
    path: tree.inclusionPath(index),
  }));
  return {
    batch: { batchId, root: tree.root, size: tree.size, manifestCid: manifest.cid, members },
    manifest,
  };
}
