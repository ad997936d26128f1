import type { Digest } from '../domain/digest.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Iscc } from '../domain/iscc.ts';
import {
  batchTree,
  digestBytes,
  type EvidenceClaim,
  hashEvidenceClaim,
  hashWorkRecord,
  merkleLeafHash,
  verifyInclusion,
  type WorkRecord,
} from '../domain/records/index.ts';
import type { Work } from '../domain/work.ts';
import type { Batch, ChainReader, ChainSubject, OutboxEntry } from '../pipeline/anchor/index.ts';
import {
  canonicalBytes,
  cidOf,
  consentSigningDigest,
  type Dossier,
  evidenceRoot,
  type Json,
  recoverSigner,
  termsOf,
  type WorkMetadata,
} from '../pipeline/record/index.ts';

/** The content store's part of `fsck`. */
export interface FsckContent {
  get(cid: string): Promise<Uint8Array>;
  hashUpload(contentId: `content_${string}`): Promise<Digest>;
}

/** Makes the fingerprint of a work again: from its stored file, and from the stored print. */
export interface FsckPrints {
  /**
   * Fingerprint root of the file as the model makes it now; null where it was made by another model. Throws what the
   * stages throw.
   */
  derive(work: Work): Promise<Digest | null>;
  /** Fingerprint root of the print that works are compared with; null where there is none. */
  stored(work: Work): Promise<Digest | null>;
  /** ISCC of the stored file. */
  iscc(work: Work): Promise<Iscc>;
}

/** What the checks work with and write to. */
export interface FsckTools {
  readonly content: FsckContent;
  readonly reader: ChainReader | null;
  readonly prints: FsckPrints;
  /** Whether fingerprints are made again from the files, which takes as long as registering did. */
  readonly deep: boolean;
  readonly counts: { contents: number; uploads: number; prints: number };
  /** Counts one thing that was not looked at, by the reason. */
  skip(why: string): void;
  report(subject: string, check: string, detail: string): void;
}

/** Root, paths and public list of a batch, from its members. */
export async function checkBatch(tools: FsckTools, batch: Batch): Promise<void> {
  const { batchId, members, root, size } = batch;
  const leaves = members.map((member) => member.recordDigest);
  const tree = batchTree(leaves);
  expect(tools, batchId, 'merkle-root', tree.root, root);
  expect(tools, batchId, 'batch-size', String(members.length), String(size));
  for (const member of members) {
    const path = tree.inclusionPath(member.index).join();
    expect(tools, member.workId, 'merkle-path', path, member.path.join());
  }
  const manifest = canonicalBytes({ type: 'colophon.batch', version: 1, leaves });
  expect(tools, batchId, 'manifest-cid', cidOf(manifest), batch.manifestCid);
  await readContent(tools, batchId, batch.manifestCid);
}

/** Everything that a work's row says. */
export async function checkWorkRow(
  tools: FsckTools,
  work: Work,
  record: WorkRecord | null,
  batch: Batch | null,
): Promise<void> {
  if (work.state === 'rejected') return;
  tools.counts.uploads += 1;
  expect(tools, work.id, 'content-hash', await tools.content.hashUpload(work.contentId), work.contentHash);
  await checkPrint(tools, work);
  if (record === null || work.recordDigest === null) return;
  expect(tools, work.id, 'record-digest', hashWorkRecord(record), work.recordDigest);
  const facts = [record.contentHash, record.owner, record.code, record.fingerprintRoot, record.metadataCid];
  const row = [work.contentHash, work.owner, work.code, work.fingerprintRoot, work.metadataCid];
  expect(tools, work.id, 'record', facts.join(), row.join());
  const metadata = await readContent(tools, work.id, record.metadataCid);
  if (metadata !== null) {
    const { sha256, iscc } = parse(metadata) as unknown as Partial<WorkMetadata>;
    expect(tools, work.id, 'metadata', String(sha256), record.contentHash);
    // Documents from before there was an ISCC name none; the row's was filled in later.
    const derived = iscc?.code ?? (tools.deep && work.iscc ? await tools.prints.iscc(work) : work.iscc);
    expect(tools, work.id, 'iscc', derived ?? 'none', work.iscc ?? 'none');
  }
  if (work.state !== 'anchored') return;
  await checkConsent(tools, work, record);
  await checkAnchor(tools, work, batch);
}

/**
 * The fingerprint as works are compared with it, and again from the file: what was signed is what the file looks like to
 * the model.
 */
async function checkPrint(tools: FsckTools, work: Work): Promise<void> {
  if (work.fingerprintRoot === null) return;
  try {
    expect(tools, work.id, 'stored-print', String(await tools.prints.stored(work)), work.fingerprintRoot);
  } catch (error) {
    tools.report(work.id, 'stored-print', `it cannot be read: ${(error as Error).message}`);
  }
  if (!tools.deep) return tools.skip('fingerprints were not made again from their files (fsck --deep)');
  const derived = await tools.prints.derive(work);
  if (derived === null) return tools.skip('fingerprints are of another model and cannot be made here');
  tools.counts.prints += 1;
  expect(tools, work.id, 'fingerprint', derived, work.fingerprintRoot);
}

/** Operations that failed for good: what was recorded and never came to stand on the chain. */
export async function checkFailures(tools: FsckTools, failed: readonly OutboxEntry[]): Promise<void> {
  for (const { operation, problem } of failed) {
    const subject =
      'evidenceId' in operation
        ? operation.evidenceId
        : 'workId' in operation
          ? operation.workId
          : operation.batchId;
    const why = problem === null ? 'for an unknown reason' : `${problem.code}: ${problem.detail}`;
    tools.report(subject, 'operation-failed', `${operation.kind} failed, ${why}`);
  }
}

async function checkConsent(tools: FsckTools, work: Work, record: WorkRecord): Promise<void> {
  const { consent, anchor, lane } = work;
  if (consent === null || anchor === null)
    return tools.report(work.id, 'consent', 'it is anchored without a consent');
  const digest = consentSigningDigest(lane, record, termsOf(consent), anchor);
  if (recoverSigner(digest, consent.signature) === record.owner) return;
  if (tools.reader === null || (await tools.reader.isValidSignature(record.owner, digest, consent.signature)))
    return;
  tools.report(work.id, 'consent', 'the signature is not the owner’s over this record');
}

async function checkAnchor(tools: FsckTools, work: Work, batch: Batch | null): Promise<void> {
  const { anchor, recordDigest } = work;
  if (anchor === null || recordDigest === null)
    return tools.report(work.id, 'anchor', 'it is anchored nowhere');
  const { batch: leaf } = anchor;
  if ((leaf === null) !== (batch === null) || leaf === null) {
    if (work.lane === 'batch') return tools.report(work.id, 'anchored-once', 'it is in no batch');
    return await checkPlace(tools, work.id, { kind: 'work', id: recordDigest }, anchor);
  }
  const leafHash = merkleLeafHash(digestBytes(recordDigest));
  const included = verifyInclusion(
    { leafHash, index: leaf.index, size: leaf.size, path: leaf.path },
    leaf.root,
  );
  if (!included) tools.report(work.id, 'merkle-path', 'the path does not lead from the work to the root');
  expect(tools, work.id, 'batch-root', batch!.root, leaf.root);
  const subject: ChainSubject = { kind: 'batch', id: leaf.batchId as Digest };
  await checkPlace(tools, work.id, subject, anchor);
}

/** Everything that a row of evidence says. */
export async function checkEvidenceRow(
  tools: FsckTools,
  evidence: Evidence,
  claim: EvidenceClaim,
): Promise<void> {
  if (evidence.claimId !== null)
    expect(tools, evidence.id, 'claim-id', hashEvidenceClaim(claim), evidence.claimId);
  const dossier = await readContent(tools, evidence.id, claim.evidenceCid);
  if (dossier !== null) {
    const root = evidenceRoot(parse(dossier) as unknown as Dossier);
    expect(tools, evidence.id, 'evidence-root', root, claim.evidenceRoot);
  }
  const { claimId, transactionHash, blockNumber, blockTime } = evidence;
  if (evidence.state !== 'anchored' || tools.reader === null) return;
  if (claimId === null || transactionHash === null || blockNumber === null || blockTime === null) {
    return tools.report(evidence.id, 'anchor', 'it is anchored nowhere');
  }
  const block = await tools.reader.block(blockNumber);
  const place = { transactionHash, blockNumber, blockTime, blockHash: block?.hash ?? transactionHash };
  await checkPlace(tools, evidence.id, { kind: 'claim', id: claimId }, place);
  const stored = await tools.reader.claim(claimId);
  expect(tools, evidence.id, 'distance', String(stored?.distance), String(evidence.hammingDistance));
}

interface Place {
  readonly transactionHash: Digest;
  readonly blockNumber: number;
  readonly blockHash: Digest;
  readonly blockTime: number;
}

/** The chain has it, once, in the block and at the time that the row names. */
async function checkPlace(tools: FsckTools, id: string, subject: ChainSubject, place: Place): Promise<void> {
  const { reader } = tools;
  if (reader === null) return;
  const block = await reader.block(place.blockNumber);
  if (block?.hash !== place.blockHash) {
    return tools.report(
      id,
      'block',
      `block ${place.blockNumber} is ${block?.hash ?? 'missing'}, not ${place.blockHash}`,
    );
  }
  expect(tools, id, 'block-time', String(block.timestamp), String(place.blockTime));
  const event = await reader.findAnchor(subject, block.hash);
  if (event === null) return tools.report(id, 'anchored-once', `block ${block.number} does not hold it`);
  expect(tools, id, 'transaction', event.transactionHash, place.transactionHash);
  const newest = await reader.findAnchor(subject);
  // The contracts refuse a second time; a second event would mean that they are not ours.
  if (newest?.transactionHash !== event.transactionHash) {
    tools.report(id, 'anchored-once', `it is anchored again in ${newest?.transactionHash}`);
  }
}

async function readContent(tools: FsckTools, subject: string, cid: string): Promise<Uint8Array | null> {
  tools.counts.contents += 1;
  const bytes = await tools.content.get(cid).catch((error: Error) => {
    tools.report(subject, 'content', `${cid}: ${error.message}`);
    return null;
  });
  if (bytes !== null) expect(tools, subject, 'cid', cidOf(bytes), cid);
  return bytes;
}

function parse(bytes: Uint8Array): { readonly [key: string]: Json } {
  return JSON.parse(new TextDecoder().decode(bytes));
}

function expect(tools: FsckTools, subject: string, check: string, derived: string, recorded: string): void {
  if (derived !== recorded)
    tools.report(subject, check, `derived ${short(derived)}, recorded ${short(recorded)}`);
}

function short(text: string): string {
  return text.length > 140 ? `${text.slice(0, 140)}…` : text;
}
