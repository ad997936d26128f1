import type { VectorSearch } from '../pipeline/match/index.ts';

/** A vector index in this process that can be written to disk. */
export interface VectorIndex extends VectorSearch {
  /** Writes a snapshot beside `path`, atomically. Throws `UpstreamError('disk_full')`. */
  save(path: string): Promise<void>;
}

/**
 * Opens the index: from the snapshot at `path` when it exists, is whole and belongs to `modelDigest`, else empty.
 * The caller then adds the print store's rows above `highWaterMark`.
 */
export async function openVectorIndex(_options: {
  path?: string;
  modelDigest: string;
}): Promise<VectorIndex> {
  throw new Error('being written');
}
