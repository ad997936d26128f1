import type { Digest } from '../../domain/digest.ts';
import { toHex } from '../../domain/digest.ts';
import type { Match } from '../../domain/match.ts';
import type { Box } from '../../domain/media.ts';
import {
  type Address,
  buildMerkleTree,
  hashWorkRecord,
  merkleLeafHash,
  verifyInclusion,
  type WorkRecord,
} from '../../domain/records/index.ts';
import { NotFoundError } from '../../errors.ts';
import { toBase64 } from './base64.ts';
import { canonicalBytes, type Json } from './canonical-json.ts';
import { type CanonicalDocument, canonicalDocument, type ModelIdentity } from './metadata.ts';

/** Which part of the suspect was compared. */
export interface SuspectPlace {
  /** Of the picture; all of it where there is none. */
  readonly box: Box;
  /** Whether the picture was mirrored before it was embedded. */
  readonly mirrored: boolean;
  /** Milliseconds of a video (its frame at `startMs`) or of sound, characters of a text; absent for a picture. */
  readonly stretch?:
    | { readonly kind: 'time'; readonly startMs: number; readonly endMs: number }
    | { readonly kind: 'characters'; readonly start: number; readonly end: number }
    | undefined;
}

/** The part of the suspect that was compared, as the fingerprint stage made it. */
export interface SuspectSegment extends SuspectPlace {
  readonly code: Digest;
  /** Null for a text, whose code says it all. */
  readonly vector: Int8Array | null;
}

/** Facts about the file that seems to be a copy. */
export interface SuspectFacts {
  readonly contentHash: Digest;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly width: number | null;
  readonly height: number | null;
  /** Null for a low-information suspect: only an exact claim can be made. */
  readonly segment: SuspectSegment | null;
}

/** One hand through which the evidence went. */
export interface CustodyStep {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who or what: `service`, a key id, a tool with its version. */
  readonly actor: string;
  readonly action: string;
  /** Digest of what left this hand. */
  readonly digest: Digest | null;
}

/** Everything that an evidence dossier says. Times are ISO 8601, UTC. */
export interface DossierInput {
  readonly record: WorkRecord;
  readonly suspect: SuspectFacts;
  readonly match: Match;
  readonly model: ModelIdentity;
  readonly policyVersion: string;
  /** Tool → version: runtime, decoder, inference library, this service. */
  readonly tools: Readonly<Record<string, string>>;
  /** Facts on the machine: platform, CPU, Node's version (SPC Internet-court provisions, Art. 11 (1)). */
  readonly environment: Readonly<Record<string, string>>;
  readonly sourceUrl: string | null;
  readonly statement: string | null;
  readonly accused: Address | null;
  readonly reporter: Address;
  readonly timeline: { readonly receivedAt: string; readonly checkedAt: string; readonly filedAt: string };
  readonly custody: readonly CustodyStep[];
}

/** The parts in the order of their leaves. */
export const DOSSIER_PARTS = [
  'work',
  'suspect',
  'match',
  'model',
  'policy',
  'tools',
  'environment',
  'source',
  'statement',
  'parties',
  'timeline',
  'custody',
] as const;
export type DossierPartName = (typeof DOSSIER_PARTS)[number];

/** A part as its leaf has it. The salt (16 random bytes, hex) keeps short values from being guessed by their hash. */
export interface DossierPart {
  readonly name: DossierPartName;
  readonly salt: string;
  readonly value: Json;
}

/** The document that `evidenceCid` names. */
export interface Dossier {
  readonly type: 'colophon.dossier';
  readonly version: 1;
  readonly parts: readonly DossierPart[];
}

/** A dossier with its names and the root that the claim binds. */
export interface BuiltDossier extends CanonicalDocument<Dossier> {
  readonly evidenceRoot: Digest;
}

/** One part, provable against `evidenceRoot` without showing the others. */
export interface PartDisclosure {
  readonly part: DossierPart;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Digest[];
}

/** Builds the dossier of a claim. Random only in the salts; `makeSalt` gives 16 bytes (default: the system's). */
export function buildDossier(
  input: DossierInput,
  makeSalt: () => Uint8Array = () => crypto.getRandomValues(new Uint8Array(16)),
): BuiltDossier {
  const { suspect, match } = input;
  const values: Record<DossierPartName, Json> = {
    work: { recordDigest: hashWorkRecord(input.record), record: { ...input.record } },
    suspect: suspectJson(suspect),
    match: match as unknown as Json,
    model: { name: input.model.name, version: input.model.version, digest: input.model.digest },
    policy: { version: input.policyVersion },
    tools: input.tools,
    environment: input.environment,
    source: { url: input.sourceUrl },
    statement: { text: input.statement },
    parties: { accused: input.accused?.toLowerCase() ?? null, reporter: input.reporter.toLowerCase() },
    timeline: { ...input.timeline },
    custody: input.custody.map((step) => ({ ...step })),
  };
  const parts = DOSSIER_PARTS.map((name) => ({
    name,
    salt: toHex(makeSalt()).slice(2),
    value: values[name],
  }));
  const document: Dossier = { type: 'colophon.dossier', version: 1, parts };
  return { ...canonicalDocument(document), evidenceRoot: evidenceRoot(document) };
}

/** RFC 6962 root over the canonical bytes of the parts. */
export function evidenceRoot(dossier: Dossier): Digest {
  return buildMerkleTree(dossier.parts.map(partBytes)).root;
}

/** One part with its path. Throws `NotFoundError('not_found')` on a part that the dossier does not have. */
export function disclosePart(dossier: Dossier, name: DossierPartName): PartDisclosure {
  const index = dossier.parts.findIndex((part) => part.name === name);
  const part = dossier.parts[index];
  if (part === undefined) throw new NotFoundError('not_found', `the dossier has no part "${name}"`);
  const tree = buildMerkleTree(dossier.parts.map(partBytes));
  return { part, index, size: tree.size, path: tree.inclusionPath(index) };
}

/** Whether a disclosed part belongs to the dossier behind `root`. */
export function verifyPart(root: Digest, disclosure: PartDisclosure): boolean {
  const { index, size, path } = disclosure;
  return verifyInclusion({ leafHash: merkleLeafHash(partBytes(disclosure.part)), index, size, path }, root);
}

function partBytes(part: DossierPart): Uint8Array {
  return canonicalBytes({ name: part.name, salt: part.salt, value: part.value });
}

/** Field by field: a caller may hand over a row that knows more than a dossier should. */
function suspectJson(suspect: SuspectFacts): Json {
  const { contentHash, fileName, mediaType, sizeBytes, width, height } = suspect;
  const segment = suspect.segment === null ? null : segmentJson(suspect.segment);
  return { contentHash, fileName, mediaType, sizeBytes, width, height, segment };
}

function segmentJson(segment: SuspectSegment): Json {
  const { x, y, width, height } = segment.box;
  const { mirrored, stretch, code, vector } = segment;
  const look = { code, vector: vector === null ? '' : toBase64(vector) };
  return { box: { x, y, width, height }, mirrored, ...(stretch && { stretch: { ...stretch } }), ...look };
}
