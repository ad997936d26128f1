import { type Digest, ZERO_DIGEST } from '../../domain/digest.ts';
import type { LeafPrint, PrintLeaf } from '../../domain/fingerprint.ts';
import type { Iscc } from '../../domain/iscc.ts';
import type { Medium } from '../../domain/media.ts';
import { type Address, sha256Digest } from '../../domain/records/index.ts';
import { InternalError } from '../../errors.ts';
import { toBase64 } from './base64.ts';
import { canonicalBytes } from './canonical-json.ts';
import { cidOf } from './cid.ts';
import { IMPORTER, type ImporterParams } from './importer.ts';

/** Which model made a print. `digest` is what the record names (fingerprint/model-digest.ts). */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
}

/**
 * One leaf of `fingerprintRoot`: with the vector behind its digest (base64 of int8, empty = "has none"), or with the
 * digest alone where what is behind it is not public (version 2).
 */
export interface MetadataSegment {
  readonly locator: Digest;
  readonly code: Digest;
  readonly vector: string;
  readonly vectorDigest?: Digest;
}

/** The public metadata of a work: what `metadataCid` names. Everything a record says can be re-derived from it. */
export interface WorkMetadata {
  readonly type: 'colophon.metadata';
  /**
   * 2 when a segment gives its `vectorDigest` alone, which readers of version 1 do not know; 3 when some segments are of a
   * film's sound, which readers of version 2 would look for in its pictures.
   */
  readonly version: 1 | 2 | 3;
  readonly title: string;
  readonly fileName: string;
  readonly medium: Medium;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Pixels of the oriented original; null where the medium has none. */
  readonly width: number | null;
  readonly height: number | null;
  /** Lower case. */
  readonly owner: Address;
  readonly sha256: Digest;
  readonly model: ModelIdentity;
  /** Of a film with sound: the model behind the segments of locator kind 5 (`soundSpan`). */
  readonly soundModel?: ModelIdentity;
  readonly lowInformation: boolean;
  /** ISO 24138: the ISCC-CODE, and its units with all their bits. Missing in documents from before there was one. */
  readonly iscc?: { readonly code: Iscc; readonly units: readonly Iscc[] };
  readonly segments: readonly MetadataSegment[];
  /** ISO 8601, UTC: when the service took the file in. */
  readonly createdAt: string;
}

/** A JSON document in its one spelling, with the ways to name it. */
export interface CanonicalDocument<T> {
  readonly document: T;
  readonly bytes: Uint8Array;
  readonly sha256: Digest;
  readonly cid: string;
  readonly importer: ImporterParams;
}

/** What `buildMetadata` needs to know of a work. */
export interface MetadataInput {
  readonly title: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly owner: Address;
  readonly contentHash: Digest;
  readonly model: ModelIdentity;
  /** Needed where the print has leaves of sound. */
  readonly soundModel?: ModelIdentity | undefined;
  readonly print: LeafPrint;
  readonly iscc?: Iscc | null;
  /** Units of `iscc`, in its order. */
  readonly isccUnits?: readonly Iscc[];
  /** ISO 8601. Take it from the work's row: a retried job must build the same bytes. */
  readonly createdAt: string;
}

/** Builds the metadata of a work: equal input gives equal bytes and CID. Put `bytes` into the content store. */
export function buildMetadata(input: MetadataInput): CanonicalDocument<WorkMetadata> {
  const { print } = input;
  const segments = print.leaves.map(toMetadataSegment);
  if (input.model.digest !== print.modelDigest)
    throw new InternalError('internal', 'the fingerprint is of another model than the one named');
  const soundModel = print.sound && input.soundModel;
  if (print.sound && soundModel?.digest !== print.sound.modelDigest)
    throw new InternalError('internal', 'the sound of the film is of another model than the one named');
  const document: WorkMetadata = {
    type: 'colophon.metadata',
    version: soundModel ? 3 : segments.some((segment) => segment.vectorDigest) ? 2 : 1,
    title: input.title,
    fileName: input.fileName,
    medium: print.medium,
    mediaType: input.mediaType,
    sizeBytes: input.sizeBytes,
    width: input.width,
    height: input.height,
    owner: input.owner.toLowerCase() as Address,
    sha256: input.contentHash,
    model: identityOf(input.model),
    ...(soundModel ? { soundModel: identityOf(soundModel) } : {}),
    lowInformation: print.lowInformation,
    ...(input.iscc ? { iscc: { code: input.iscc, units: input.isccUnits ?? [] } } : {}),
    segments,
    createdAt: new Date(input.createdAt).toISOString(),
  };
  return canonicalDocument(document);
}

/** Names a document: canonical bytes, SHA-256, CID. */
export function canonicalDocument<T extends object>(document: T): CanonicalDocument<T> {
  const bytes = canonicalBytes(document as never);
  return { document, bytes, sha256: sha256Digest(bytes), cid: cidOf(bytes), importer: IMPORTER };
}

/** Field by field: a caller may hand over a model that knows more. */
function identityOf({ name, version, digest }: ModelIdentity): ModelIdentity {
  return { name, version, digest };
}

function toMetadataSegment({ locator, code, vectorDigest, vector }: PrintLeaf): MetadataSegment {
  if (vector !== null) return { locator, code, vector: toBase64(vector) };
  return vectorDigest === ZERO_DIGEST
    ? { locator, code, vector: '' }
    : { locator, code, vector: '', vectorDigest };
}
