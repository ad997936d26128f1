import type { ContentStore } from '../content/content-store.ts';
import type { Digest } from '../domain/digest.ts';
import type { DecodedImage, Raster } from '../domain/media.ts';
import type { Address } from '../domain/records/index.ts';
import type { UnsignedTerms } from '../domain/unsigned-wait.ts';
import type { ChainReader, Outbox } from '../pipeline/anchor/index.ts';
import type { DecodeLimits, ImageDecoder } from '../pipeline/decode/index.ts';
import type { Embedder } from '../pipeline/fingerprint/index.ts';
import type { IsccSource } from '../pipeline/fingerprint/iscc/index.ts';
import type { Background, Calibration, VectorSearch } from '../pipeline/match/index.ts';
import type { ModelIdentity } from '../pipeline/record/index.ts';
import type { AuditStore } from '../store/audit-store.ts';
import type { CheckStore } from '../store/check-store.ts';
import type { Db, Sql } from '../store/db.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import type { IdempotencyStore } from '../store/idempotency-store.ts';
import type { IsccStore } from '../store/iscc-store.ts';
import type { JobQueue } from '../store/job-queue.ts';
import type { KeyStore } from '../store/key-store.ts';
import type { PrintStore } from '../store/print-store.ts';
import type { UploadStore } from '../store/upload-store.ts';
import type { WorkStore } from '../store/work-store.ts';
import type { MediaPaths } from './media/media-paths.ts';
import type { UploadHolds } from './upload-holds.ts';

/** Where the contracts stand and who reports for the service. */
export interface ChainIdentity {
  readonly chainId: number;
  readonly registry: Address;
  readonly ledger: Address;
  /** Address of the service's own key: the reporter of claims. */
  readonly reporter: Address;
}

/** What happens to a copy of somebody else's work, and thresholds that the operator set for all media. */
export interface CopyPolicy {
  /** `reject`: 409 at once; `review`: an admin decides. */
  readonly onCopy: 'reject' | 'review';
  /** Null = every medium's own. */
  readonly copyProbability: number | null;
  readonly reviewProbability: number | null;
}

/**
 * Everything that actions touch, typed by interfaces. Each action names the part it needs
 * (`Pick<Deps, 'db' | 'works'>`), so its signature says what it can do.
 */
export interface Deps {
  readonly db: Db;
  readonly works: WorkStore;
  readonly checks: CheckStore;
  readonly evidence: EvidenceStore;
  readonly keys: KeyStore;
  readonly audit: AuditStore;
  readonly idempotency: IdempotencyStore;
  readonly uploads: UploadStore;
  readonly holds: UploadHolds;
  readonly jobs: JobQueue;
  readonly prints: PrintStore;
  readonly isccUnits: IsccStore;
  readonly isccSource: IsccSource;
  readonly search: VectorSearch;
  readonly embedder: Embedder;
  readonly background: Background;
  readonly calibration: Calibration;
  /** The media that are taken, each with its way through the stages. */
  readonly media: MediaPaths;
  /** The image model. */
  readonly model: ModelIdentity;
  readonly policy: CopyPolicy;
  readonly unsigned: UnsignedTerms;
  readonly decoder: ImageDecoder;
  readonly decodeLimits: DecodeLimits;
  readonly encodePreview: (raster: Raster) => Promise<Uint8Array>;
  readonly rasters: RasterCache;
  readonly content: ContentStore;
  readonly chain: ChainReader;
  readonly identity: ChainIdentity;
  readonly outbox: Outbox<Sql>;
  /** Tells the anchorer that there is something to send. */
  readonly kickAnchorer: () => void;
  /** Facts that go into a dossier. */
  readonly tools: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds; injected so that tests can move it. */
  readonly now: () => number;
}

/**
 * Called inside the transaction of a write with what it gave: the doors keep their audit line and the response
 * under an `Idempotency-Key` there, so that none of them exists without the others.
 */
export type OnCommit<T> = (sql: Sql, result: T) => Promise<void>;

/** Recently decoded pictures, so that a request and its job decode once. */
export interface RasterCache {
  get(contentHash: Digest): DecodedImage | undefined;
  put(contentHash: Digest, image: DecodedImage): void;
}
