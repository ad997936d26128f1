import type { Digest } from '../domain/digest.ts';
import type { ContentId } from '../domain/ids.ts';
import type { ImporterParams } from '../pipeline/record/index.ts';

/** Bytes at once, or as they come (a request's body). */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/** A file under its CID, with what is needed to compute the CID again. */
export interface StoredContent {
  readonly cid: string;
  /** SHA-256 of the bytes. */
  readonly sha256: Digest;
  readonly sizeBytes: number;
  readonly importer: ImporterParams;
}

/** A raw upload: kept by the SHA-256 of its bytes, private, without a CID. */
export interface StoredUpload {
  readonly contentId: ContentId;
  readonly sha256: Digest;
  readonly sizeBytes: number;
  /** Absolute path of the file, for decoders that want one. Never hand it to a client. */
  readonly path: string;
  /** False when the very same bytes were here before. */
  readonly created: boolean;
}

/**
 * Content-addressed storage. What `put…` acknowledged is durable (file and directory are synced) and never half
 * there; what is read is hashed again, so damage is an error and not another file.
 *
 * All methods may throw `UpstreamError('disk_full')` or `UpstreamError('content_unavailable')`.
 */
export interface ContentStore {
  /** Stores public content under its CID, pins it, and replicates it where a replica is set. */
  put(bytes: ByteSource): Promise<StoredContent>;
  /** Throws `NotFoundError('unknown_content')` when neither the store nor the replica has it. */
  get(cid: string): Promise<Uint8Array>;
  has(cid: string): Promise<boolean>;
  /** Size, SHA-256 and importer parameters of what is stored here; null when it is not. */
  stat(cid: string): Promise<StoredContent | null>;
  /** Keeps it on the replica; a no-op without one. Throws `NotFoundError('unknown_content')`. */
  pin(cid: string): Promise<void>;
  /** Every CID stored here. */
  list(): AsyncIterable<StoredContent>;

  /**
   * Takes an upload in, streaming. Throws `InputError`: `empty_file`, `body_too_large` (beyond `maxBytes`),
   * `upload_incomplete` (the source failed); nothing is left behind then.
   */
  putUpload(source: ByteSource, options?: { readonly maxBytes?: number }): Promise<StoredUpload>;
  /** The file of an upload; null when it is not here. The bytes are not hashed by this call. */
  upload(contentId: ContentId): Promise<StoredUpload | null>;
  /**
   * SHA-256 of an upload, from its bytes. Throws `NotFoundError('unknown_content')`, and
   * `UpstreamError('content_unavailable')` when it is damaged.
   */
  hashUpload(contentId: ContentId): Promise<Digest>;
  /** Deletes an upload; false when it was not here. */
  removeUpload(contentId: ContentId): Promise<boolean>;
  /** Every upload here. */
  listUploads(): AsyncIterable<StoredUpload>;
  close(): Promise<void>;
}

/** A second home for public content. */
export interface ContentReplica {
  /** Stores under the same parameters and pins. Gives the CID it computed. */
  add(bytes: Uint8Array, importer: ImporterParams): Promise<string>;
  /** Null when it does not have it. */
  cat(cid: string): Promise<Uint8Array | null>;
  pin(cid: string): Promise<void>;
}
