/** Works and evidence as the service makes them, but for the network: vectors are drawn from a seed. */
import { createHash } from 'node:crypto';
import type { Wallet } from 'ethers';
import { enqueueClaim } from '../../../server/actions/anchor-batch.ts';
import type { ModelFiles } from '../../../server/actions/export-proof.ts';
import { type Digest, toHex, ZERO_DIGEST } from '../../../server/domain/digest.ts';
import type { Evidence } from '../../../server/domain/evidence.ts';
import type { Print, PrintSegment } from '../../../server/domain/fingerprint.ts';
import { newId } from '../../../server/domain/ids.ts';
import type { Match } from '../../../server/domain/match.ts';
import { WHOLE } from '../../../server/domain/media.ts';
import { sha256Digest, type WorkRecord } from '../../../server/domain/records/index.ts';
import type { Work } from '../../../server/domain/work.ts';
import {
  computeModelDigest,
  imageLeaves,
  printSegments,
} from '../../../server/pipeline/fingerprint/index.ts';
import { cosine } from '../../../server/pipeline/match/index.ts';
import type { Fingerprinter, ProofFile } from '../../../server/pipeline/prove/index.ts';
import {
  buildDossier,
  buildEvidenceClaim,
  buildMetadata,
  buildWorkRecord,
  type SuspectSegment,
} from '../../../server/pipeline/record/index.ts';
import { type Harness, OWNER, signRecord, type TestWork } from './harness.ts';

export const MODEL: ModelFiles = {
  name: 'colophon-test',
  version: '1.0.0',
  files: { 'int8.onnx': 'aa'.repeat(32), 'head.bin': 'bb'.repeat(32) },
};
export const MODEL_DIGEST = computeModelDigest(MODEL.files);

export function testFile(seed: string): Uint8Array {
  return new TextEncoder().encode(`the file ${seed}`);
}

/** 256 values from a seed; `noise` moves some of them, as an edit would. */
export function testVector(seed: string, noise = 0): Int8Array {
  const vector = new Int8Array(256);
  for (let block = 0; block < 8; block++) {
    vector.set(new Int8Array(createHash('sha256').update(`${seed} ${block}`).digest()), block * 32);
  }
  for (let i = 0; i < noise; i++) vector[i * 3] = -vector[i * 3]!;
  return vector.map((value) => Math.max(-127, value));
}

/** Signs of a vector, as the code is. */
export function signCode(vector: Int8Array): Digest {
  const code = new Uint8Array(32);
  vector.forEach((value, i) => {
    if (value > 0) code[i >> 3] = code[i >> 3]! | (0x80 >> (i & 7));
  });
  return toHex(code);
}

export function testPrint(seed: string): Print {
  const boxes = [
    WHOLE,
    { x: 0, y: 0, width: 0.5, height: 0.5 },
    { x: 0.25, y: 0.25, width: 0.5, height: 0.5 },
  ];
  const segments = boxes.map((box, i): PrintSegment => {
    const vector = testVector(`${seed} segment ${i}`);
    return { box, code: signCode(vector), vector };
  });
  return { medium: 'image', modelDigest: MODEL_DIGEST, lowInformation: false, segments, local: null };
}

/** The part of a suspect that copies segment `index` of the work. */
export function suspectSegment(seed: string, index: number): SuspectSegment {
  const vector = testVector(`${seed} segment ${index}`, 12);
  return {
    box: { x: 0.1, y: 0.1, width: 0.5, height: 0.5 },
    mirrored: false,
    code: signCode(vector),
    vector,
  };
}

/** Knows the prints of the files of these works and suspects, and of no other. */
export function testFingerprinter(
  seeds: readonly string[],
  suspects: Readonly<Record<string, SuspectSegment>>,
): Fingerprinter {
  const known = new Map(seeds.map((seed) => [sha256Digest(testFile(seed)), testPrint(seed)]));
  const parts = new Map(Object.entries(suspects).map(([seed, part]) => [sha256Digest(testFile(seed)), part]));
  return {
    modelDigest: MODEL_DIGEST,
    exact: true,
    fingerprint: async (file) => imageLeaves(known.get(digestOf(file)) ?? testPrint(digestOf(file))),
    fingerprintPart: async (file) => parts.get(digestOf(file)) ?? suspectSegment(digestOf(file), 0),
  };
}

const digestOf = (file: ProofFile) => ('path' in file ? file.sha256 : sha256Digest(file));

/** Registers a work of a seed; gives its row before the chain has it. */
export async function addRegisteredWork(
  harness: Harness,
  seed: string,
  lane: 'batch' | 'record',
  options: { readonly owner?: Wallet; readonly nonce?: number } = {},
): Promise<TestWork> {
  const owner = options.owner ?? OWNER;
  const file = testFile(seed);
  const print = testPrint(seed);
  const metadata = buildMetadata({
    title: `Work ${seed}`,
    fileName: `${seed}.png`,
    mediaType: 'image/png',
    sizeBytes: file.length,
    width: 640,
    height: 480,
    owner: owner.address.toLowerCase() as `0x${string}`,
    contentHash: sha256Digest(file),
    model: { name: MODEL.name, version: MODEL.version, digest: MODEL_DIGEST },
    print: imageLeaves(print),
    createdAt: '2026-01-02T03:04:05.678Z',
  });
  await harness.content.put(metadata.bytes);
  await harness.content.putUpload(file);
  const { record, recordDigest } = buildWorkRecord({
    contentHash: sha256Digest(file),
    mediaType: 'image/png',
    owner: owner.address.toLowerCase() as `0x${string}`,
    print: imageLeaves(print),
    metadataCid: metadata.cid,
  });
  const nonce = options.nonce ?? 0;
  const consent = await signRecord(lane, record, harness.deployment, owner, nonce);
  const id = newId('work');
  await harness.db.transaction(async (sql) => {
    await sql.query(
      `insert into test_works (id, state, lane, record, record_digest, consent) values ($1, 'recorded', $2, $3::jsonb, $4, $5::jsonb)`,
      [id, lane, JSON.stringify(record), recordDigest, JSON.stringify(consent)],
    );
    const { deadline, signature, standing } = consent;
    if (lane !== 'record') return;
    await harness.outbox.enqueue(sql, {
      kind: 'register-for',
      workId: id,
      record,
      nonce: String(nonce),
      deadline,
      signature,
      standing,
    });
  });
  return { id, state: 'recorded', record, record_digest: recordDigest, anchor: null, consent, problem: null };
}

/** A row of the service's `works`, from ours. */
export function asWork(row: TestWork, lane: 'batch' | 'record'): Work {
  const { record } = row;
  return {
    id: row.id,
    state: row.state as Work['state'],
    medium: 'image',
    title: 'Work',
    fileName: 'work.png',
    mediaType: record.mediaType,
    sizeBytes: 1,
    width: 640,
    height: 480,
    durationMs: null,
    contentId: `content_${record.contentHash.slice(2)}`,
    contentHash: record.contentHash,
    owner: record.owner,
    lane,
    keyId: newId('key'),
    code: record.code,
    fingerprintRoot: record.fingerprintRoot,
    modelDigest: record.modelDigest,
    iscc: null,
    metadataCid: record.metadataCid,
    recordDigest: row.record_digest,
    verdict: null,
    consent: row.consent,
    batchId: null,
    anchor: row.anchor,
    problem: null,
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
  };
}

/** Files a claim that `suspectSeed` copies segment `workSegment` of a work, and enqueues it. */
export async function addEvidence(
  harness: Harness,
  row: TestWork,
  lane: 'batch' | 'record',
  seeds: { readonly work: string; readonly suspect: string },
  workSegment: number,
) {
  const reporter = harness.connect().writer!.address;
  const record: WorkRecord = row.record;
  const print = testPrint(seeds.work);
  const file = testFile(seeds.suspect);
  const segment = suspectSegment(seeds.work, workSegment);
  const similarity = cosine(segment.vector!, print.segments[workSegment]!.vector);
  const match: Match = {
    workId: row.id,
    medium: 'image',
    segments: [],
    similarity,
    probability: 0.99,
    querySegment: 0,
    workSegment,
    queryBox: segment.box,
    workBox: print.segments[workSegment]!.box,
    transform: null,
    mirrored: false,
    reasons: [{ kind: 'embedding', similarity, normalized: similarity, detail: 'alike to the network' }],
  };
  const suspect = {
    contentHash: sha256Digest(file),
    fileName: 's.png',
    mediaType: 'image/png',
    sizeBytes: file.length,
    width: 1,
    height: 1,
  };
  const at = '2026-01-03T00:00:00.000Z';
  const dossier = buildDossier({
    record,
    suspect: { ...suspect, segment },
    match,
    model: { name: MODEL.name, version: MODEL.version, digest: MODEL_DIGEST },
    policyVersion: 'test-1',
    tools: { node: 'v0' },
    environment: { platform: 'test' },
    sourceUrl: 'https://example.com/copy.png',
    statement: null,
    accused: null,
    reporter,
    timeline: { receivedAt: at, checkedAt: at, filedAt: at },
    custody: [{ at, actor: 'service', action: 'received', digest: suspect.contentHash }],
  });
  await harness.content.put(dossier.bytes);
  const { claim, claimId, segmentProof, hammingDistance } = buildEvidenceClaim({
    record,
    segments: printSegments(print),
    workSegment,
    suspectHash: suspect.contentHash,
    suspectCode: segment.code,
    similarity,
    modelDigest: MODEL_DIGEST,
    evidenceRoot: dossier.evidenceRoot,
    evidenceCid: dossier.cid,
    accused: null,
    reporter,
  });
  const evidenceId = newId('evidence');
  const operation = { kind: 'file-claim', evidenceId, record, claim, segmentProof, filing: null } as const;
  const id = await harness.db.transaction((sql) =>
    enqueueClaim(harness.outbox, sql, {
      operation,
      workId: row.id,
      lane,
      record,
      consentSignature: row.consent.signature,
    }),
  );
  const evidence: Evidence = {
    id: evidenceId,
    state: 'anchored',
    checkId: newId('check'),
    workId: row.id,
    keyId: newId('key'),
    match,
    sourceUrl: null,
    statement: null,
    accused: null,
    suspectHash: suspect.contentHash,
    suspectCode: segment.code ?? ZERO_DIGEST,
    hammingDistance,
    evidenceRoot: dossier.evidenceRoot,
    evidenceCid: dossier.cid,
    claimId,
    transactionHash: null,
    blockNumber: null,
    blockTime: null,
    finalized: false,
    problem: null,
    createdAt: at,
    updatedAt: at,
  };
  return { evidence, claim, outboxId: id, segment };
}
