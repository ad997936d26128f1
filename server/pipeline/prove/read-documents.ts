import { z } from 'zod';
import type { Digest } from '../../domain/digest.ts';
import { type Segment, sha256Digest } from '../../domain/records/index.ts';
import { cidOf, type Dossier, evidenceRoot, fromBase64, type WorkMetadata } from '../record/index.ts';
import { Refuted, require } from './claim-result.ts';
import type { BundleDocument } from './proof-bundle.ts';

/** Bytes of a document, checked against its own SHA-256 and the CID that the chain's record names. */
export function openDocument(document: BundleDocument, cid: string): unknown {
  const bytes = decode(document.base64);
  require(sha256Digest(bytes) ===
    document.sha256, 'sha256', 'the bytes of the document do not have its SHA-256');
  const computed = cidOf(bytes, document.importer);
  require(computed === cid, 'cid', `the document has the CID ${computed}, the record names ${cid}`);
  require(document.cid ===
    cid, 'cid', `the bundle calls the document ${document.cid}, the record names ${cid}`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refuted('json', 'the document is not JSON');
  }
}

const metadataShape = z.looseObject({
  type: z.literal('colophon.metadata'),
  version: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  mediaType: z.string(),
  owner: z.string(),
  sha256: z.string(),
  model: z.looseObject({ digest: z.string() }),
  soundModel: z.looseObject({ digest: z.string() }).optional(),
  segments: z
    .array(
      z.looseObject({
        locator: z.string(),
        code: z.string(),
        vector: z.string(),
        vectorDigest: z.string().optional(),
      }),
    )
    .min(1),
});

/** A document as the metadata of a work. */
export function asMetadata(value: unknown): WorkMetadata {
  const parsed = metadataShape.safeParse(value);
  if (!parsed.success) throw new Refuted('document', 'the document is not the metadata of a work');
  return parsed.data as unknown as WorkMetadata;
}

/** Leaves of the fingerprint, with vector digests computed here. */
export function metadataSegments(metadata: WorkMetadata): Segment[] {
  const none = `0x${'00'.repeat(32)}` as Digest;
  return metadata.segments.map(({ locator, code, vector, vectorDigest }) => ({
    locator,
    code,
    vectorDigest: vector === '' ? (vectorDigest ?? none) : sha256Digest(decode(vector)),
  }));
}

/** The vector of a segment; null where it has none. */
export function segmentVector(vector: string): Int8Array | null {
  return vector === '' ? null : new Int8Array(decode(vector).buffer);
}

const dossierShape = z.looseObject({
  type: z.literal('colophon.dossier'),
  version: z.literal(1),
  parts: z.array(z.strictObject({ name: z.string(), salt: z.string(), value: z.json() })).min(1),
});

const suspectShape = z.looseObject({
  contentHash: z.string(),
  mediaType: z.string().default(''),
  segment: z
    .looseObject({
      box: z.looseObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
      mirrored: z.boolean(),
      stretch: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('time'), startMs: z.number(), endMs: z.number() }),
          z.object({ kind: z.literal('characters'), start: z.number(), end: z.number() }),
        ])
        .optional(),
      code: z.string(),
      vector: z.string(),
    })
    .nullable(),
});

/** What the claims need of a dossier. */
export interface DossierFacts {
  readonly root: Digest;
  readonly recordDigest: unknown;
  readonly modelDigest: unknown;
  readonly accused: unknown;
  readonly reporter: unknown;
  readonly suspect: z.infer<typeof suspectShape>;
}

/** A document as a dossier. */
export function readDossier(value: unknown): DossierFacts {
  const parsed = dossierShape.safeParse(value);
  if (!parsed.success) throw new Refuted('document', 'the document is not a dossier');
  const dossier = parsed.data as unknown as Dossier;
  const part = (name: string) =>
    (dossier.parts.find((one) => one.name === name)?.value ?? {}) as Readonly<Record<string, unknown>>;
  const suspect = suspectShape.safeParse(part('suspect'));
  if (!suspect.success) throw new Refuted('document', 'the dossier does not describe the suspect');
  return {
    root: evidenceRoot(dossier),
    recordDigest: part('work')['recordDigest'],
    modelDigest: part('model')['digest'],
    accused: part('parties')['accused'],
    reporter: part('parties')['reporter'],
    suspect: suspect.data,
  };
}

function decode(base64: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch {
    throw new Refuted('base64', 'a part of the document is not base64');
  }
}
