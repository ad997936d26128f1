import type { Evidence } from '../domain/evidence.ts';
import { type Address, type EvidenceClaim, sha256Digest, type WorkRecord } from '../domain/records/index.ts';
import type { Work } from '../domain/work.ts';
import { ConflictError, InternalError } from '../errors.ts';
import type { FileClaim, OutboxEntry } from '../pipeline/anchor/index.ts';
import { computeModelDigest } from '../pipeline/fingerprint/index.ts';
import { BUNDLE_NOTE, type ProofBundle, parseBundle } from '../pipeline/prove/index.ts';
import { IMPORTER, type ImporterParams, toBase64 } from '../pipeline/record/index.ts';

/** Public content, as far as proofs need it: the content store has these. */
export interface PublicContent {
  get(cid: string): Promise<Uint8Array>;
  stat(cid: string): Promise<{ readonly importer: ImporterParams } | null>;
}

/** The model folder's card: name, version and SHA-256 hex of every file. */
export interface ModelFiles {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What a proof is made of. `record` is the row's `record` column; `model` the one that the record names. */
export interface WorkProofInput {
  readonly work: Work;
  readonly record: WorkRecord;
  readonly content: PublicContent;
  readonly model: ModelFiles;
  /** Of a film whose record commits to its sound: the model that its metadata name for that. */
  readonly soundModel?: ModelFiles | null;
  readonly ledger: Address;
}

/** Also the claim: `claim` is the row's column, `entry` the outbox entry of the claim (`outbox.get`). */
export interface EvidenceProofInput extends WorkProofInput {
  readonly evidence: Evidence;
  readonly claim: EvidenceClaim;
  readonly entry: OutboxEntry | null;
}

/**
 * The bundle of a work. Throws `ConflictError('wrong_state')` until the work is anchored, `InternalError` when the
 * model at hand is not the record's, and what the content store throws.
 */
export async function exportWorkProof(input: WorkProofInput): Promise<ProofBundle> {
  return parseBundle({ ...(await workBundle(input)), kind: 'work', evidence: null });
}

/** The bundle of an evidence claim. Throws like `exportWorkProof`, and until the claim is anchored. */
export async function exportEvidenceProof(input: EvidenceProofInput): Promise<ProofBundle> {
  const { evidence, claim, entry } = input;
  const operation = entry?.operation;
  const place = entry?.place ?? null;
  if (
    evidence.state !== 'anchored' ||
    evidence.claimId === null ||
    place === null ||
    operation?.kind !== 'file-claim'
  ) {
    throw new ConflictError('wrong_state', `${evidence.id} is ${evidence.state}, not anchored`);
  }
  const base = await workBundle(input);
  const { logIndex: _, ...anchor } = place;
  const part = {
    claim,
    claimId: evidence.claimId,
    anchor: { ...anchor, finalized: entry?.state === 'finalized' },
    filing: filingOf(operation),
    segmentProof: operation.segmentProof,
    dossier: await embed(input.content, evidence.evidenceCid),
  };
  return parseBundle({ ...base, kind: 'evidence', evidence: part });
}

async function workBundle(input: WorkProofInput): Promise<Omit<ProofBundle, 'kind' | 'evidence'>> {
  const { work, record, model, soundModel, ledger } = input;
  const { anchor, consent, recordDigest } = work;
  if (work.state !== 'anchored' || anchor === null || consent === null || recordDigest === null) {
    throw new ConflictError('wrong_state', `${work.id} is ${work.state}, not anchored`);
  }
  const digest = computeModelDigest(model.files);
  if (digest !== record.modelDigest) {
    throw new InternalError(
      'model_missing',
      `the record names the model ${record.modelDigest}, at hand is ${digest}`,
    );
  }
  const { chainId, registry, lane, ...place } = anchor;
  const { signature, deadline, nonce } = consent;
  return {
    type: 'colophon.proof',
    version: 1,
    note: BUNDLE_NOTE,
    chain: { chainId, registry, ledger },
    work: {
      record,
      recordDigest,
      lane,
      // In the batch lane the deadline was never signed: it would look like a fact.
      consent: { signature, nonce, deadline: lane === 'record' ? deadline : null },
      anchor: {
        ...place,
        batch: place.batch && { ...place.batch, path: [...place.batch.path] },
      } as ProofBundle['work']['anchor'],
      metadata: await embed(input.content, record.metadataCid),
      model: modelPart(model),
      ...(soundModel ? { soundModel: modelPart(soundModel) } : {}),
    },
  };
}

function modelPart({ name, version, files }: ModelFiles): ProofBundle['work']['model'] {
  return { name, version, digest: computeModelDigest(files), files: { ...files } };
}

function filingOf(operation: FileClaim) {
  if (operation.filing === null) return null;
  const { signature, deadline, nonce } = operation.filing;
  return { signature, deadline, nonce };
}

async function embed(content: PublicContent, cid: string): Promise<ProofBundle['work']['metadata']> {
  const bytes = await content.get(cid);
  const importer = (await content.stat(cid))?.importer ?? IMPORTER;
  return { cid, sha256: sha256Digest(bytes), importer, base64: toBase64(bytes) };
}
