/**
 * The parameters under which bytes become a CID. The same bytes give another CID under other parameters, so they
 * are kept beside every CID (reference/registry.md, 6: three settings, three CIDs).
 */
export interface ImporterParams {
  readonly spec: 'unixfs';
  readonly cidVersion: 1;
  readonly hash: 'sha2-256';
  readonly chunker: `size-${number}`;
  readonly rawLeaves: true;
  readonly layout: 'balanced';
  /** Most links of one node. */
  readonly maxChildren: number;
  /** A file of one chunk is the chunk itself, without a node around it. */
  readonly reduceSingleLeaf: true;
}

/** What this project writes: the `unixfs-v1-2025` profile of IPIP-499 (1 MiB chunks, 1,024 links, raw leaves). */
export const IMPORTER: ImporterParams = {
  spec: 'unixfs',
  cidVersion: 1,
  hash: 'sha2-256',
  chunker: 'size-1048576',
  rawLeaves: true,
  layout: 'balanced',
  maxChildren: 1024,
  reduceSingleLeaf: true,
};
