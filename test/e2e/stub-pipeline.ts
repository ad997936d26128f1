/** What the stub does with a file: hash it, look up what it was told, move it through the states. */
import sharp from 'sharp';
import type { Check } from '../../server/domain/check.ts';
import { newId } from '../../server/domain/ids.ts';
import type { Match, Verdict } from '../../server/domain/match.ts';
import {
  batchTree,
  consentTypedData,
  hashWorkRecord,
  type WorkRecord,
} from '../../server/domain/records/index.ts';
import { regionSegment } from '../../server/domain/region-segment.ts';
import type { Work } from '../../server/domain/work.ts';
import { STUB_CHAIN, STUB_MODEL, STUB_REGISTRY, type StubState, sha256, stubCode } from './stub-service.ts';

interface Incoming {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

async function fileFacts(state: StubState, { name, mediaType, bytes }: Incoming) {
  const contentHash = sha256(bytes);
  const told = state.told.get(contentHash);
  const { width, height } = told ? {} : await sharp(bytes).metadata();
  const now = new Date().toISOString();
  return {
    medium: told?.medium ?? ('image' as const),
    durationMs: told?.durationMs ?? null,
    fileName: name,
    mediaType,
    sizeBytes: bytes.length,
    width: width ?? null,
    height: height ?? null,
    contentId: `content_${contentHash.slice(2)}` as const,
    contentHash,
    keyId: 'key_0' as const,
    problem: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** A work as received. */
export async function newWork(
  state: StubState,
  incoming: Incoming & { title: string; owner: `0x${string}` },
): Promise<Work> {
  const work: Work = {
    ...(await fileFacts(state, incoming)),
    id: newId('work'),
    state: 'received',
    title: incoming.title || incoming.name,
    owner: incoming.owner.toLowerCase() as `0x${string}`,
    lane: 'batch',
    code: null,
    fingerprintRoot: null,
    modelDigest: null,
    iscc: null,
    metadataCid: null,
    recordDigest: null,
    verdict: null,
    consent: null,
    batchId: null,
    anchor: null,
  };
  state.works.set(work.id, work);
  state.files.set(work.id, incoming.bytes);
  return work;
}

function judge(state: StubState, bytes: Buffer): Verdict {
  const known = state.copies.get(sha256(bytes));
  const work = known && [...state.works.values()].find((each) => each.contentHash === known.of);
  const match = known && work && { medium: 'image' as const, ...known, workId: work.id };
  const matches: Match[] = match ? [{ ...match, segments: match.segments ?? [regionSegment(match)] }] : [];
  return {
    outcome: matches.length > 0 ? 'copy' : 'distinct',
    policyVersion: '2026-1',
    modelDigest: STUB_MODEL,
    matches,
    explanation:
      matches.length > 0
        ? `Part of a registered work reappears here${known?.mirrored ? ', mirrored' : ''}.`
        : 'Nothing on record looks like this file.',
  };
}

/** Moves a work from received to decided, or to rejected when it is known to copy another owner's. */
export function consider(state: StubState, id: string): void {
  setTimeout(() => {
    const bytes = state.files.get(id)!;
    const work = state.works.get(id)!;
    const prints = {
      code: stubCode(bytes),
      fingerprintRoot: sha256(bytes),
      modelDigest: STUB_MODEL,
      metadataCid: 'bafkreistub',
    };
    const seen: Work = { ...work, ...prints, state: 'fingerprinted' };
    state.works.set(id, seen);
    setTimeout(() => {
      const verdict = judge(state, bytes);
      const copied = verdict.matches
        .map((match) => state.works.get(match.workId)!)
        .find((other) => other.owner !== work.owner);
      if (copied) {
        const problem = { code: 'copy_of_registered_work', detail: `It copies “${copied.title}”.` };
        state.works.set(id, { ...seen, verdict, state: 'rejected', problem });
      } else {
        state.works.set(id, {
          ...seen,
          verdict,
          state: 'decided',
          recordDigest: hashWorkRecord(recordOf(seen)),
        });
      }
    }, state.stepMs);
  }, state.stepMs);
}

/** The record of a fingerprinted work. */
export function recordOf(work: Work): WorkRecord {
  const { contentHash, code, fingerprintRoot, modelDigest, mediaType, metadataCid, owner } = work;
  return {
    contentHash,
    code: code!,
    fingerprintRoot: fingerprintRoot!,
    modelDigest: modelDigest!,
    mediaType,
    metadataCid: metadataCid!,
    owner,
  };
}

/** What the owner signs in the batch lane. */
export function consentFor(record: WorkRecord) {
  return consentTypedData(record, { chainId: STUB_CHAIN, verifyingContract: STUB_REGISTRY });
}

/** Moves a signed work to the stub's chain. */
export function anchorWork(state: StubState, id: string): void {
  setTimeout(() => {
    state.works.set(id, { ...state.works.get(id)!, state: 'submitted' });
    setTimeout(() => {
      const work = state.works.get(id)!;
      const others = [1, 2, 3, 4, 5].map((n) => sha256(Buffer.from(`other ${n}`)));
      const tree = batchTree([...others, work.recordDigest!]);
      const anchor = {
        chainId: STUB_CHAIN,
        registry: STUB_REGISTRY as `0x${string}`,
        lane: 'batch' as const,
        transactionHash: sha256(Buffer.from(`transaction ${id}`)),
        blockNumber: 213,
        blockHash: sha256(Buffer.from(`block ${id}`)),
        blockTime: Math.floor(Date.now() / 1000),
        finalized: true,
        batch: {
          batchId: tree.root,
          root: tree.root,
          size: tree.size,
          index: 5,
          path: tree.inclusionPath(5),
        },
      };
      state.works.set(id, { ...work, state: 'anchored', anchor });
    }, state.stepMs);
  }, state.stepMs);
}

/** A check, decided after a moment. */
export async function newCheck(state: StubState, incoming: Incoming): Promise<Check> {
  const facts = await fileFacts(state, incoming);
  const check: Check = { ...facts, id: newId('check'), state: 'received', code: null, verdict: null };
  state.checks.set(check.id, check);
  state.files.set(check.id, incoming.bytes);
  setTimeout(() => {
    const verdict = judge(state, incoming.bytes);
    state.checks.set(check.id, { ...check, state: 'decided', code: stubCode(incoming.bytes), verdict });
  }, state.stepMs);
  return check;
}
