import type { Check } from '../domain/check.ts';
import { ZERO_DIGEST } from '../domain/digest.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { LeafPrint } from '../domain/fingerprint.ts';
import { type CheckId, newId, type WorkId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { Match } from '../domain/match.ts';
import type { Medium } from '../domain/media.ts';
import type { EvidenceClaim, WorkRecord } from '../domain/records/index.ts';
import { ConflictError, InputError, InternalError, NotFoundError } from '../errors.ts';
import { buildDossier, buildEvidenceClaim } from '../pipeline/record/index.ts';
import { type Caller, seesEverything } from './caller.ts';
import type { Deps, OnCommit } from './deps.ts';
import type { ClaimedPair } from './media/medium-path.ts';
import { storedFile } from './media/stored-file.ts';

/** A platform's or creator's claim that a checked file copies a registered work. */
export interface FileEvidence {
  readonly caller: Caller;
  readonly checkId: CheckId;
  /** Which match of the check's verdict. */
  readonly matchIndex: number;
  readonly sourceUrl: string | null;
  readonly statement: string | null;
  readonly accused: `0x${string}` | null;
}

/** The evidence as it was taken in, and the job that brings it to the chain. */
export interface FiledEvidence {
  readonly evidence: Evidence;
  readonly job: Job;
}

type Needs = Pick<Deps, 'db' | 'checks' | 'works' | 'evidence' | 'media' | 'jobs' | 'content' | 'identity'> &
  Pick<Deps, 'tools' | 'environment' | 'now'>;

/**
 * Makes evidence of one match: the dossier is sealed and pinned, the claim is durable (`recorded`), and a job brings
 * it to the chain.
 *
 * A work that another model fingerprinted than the one that runs is claimed by equal bytes alone.
 *
 * Throws `not_found`, `wrong_state` when the check is not decided, the work is not signed, or it cannot be compared,
 * `invalid_request` without such a match, `already_filed` with the location, `content_unavailable`.
 */
export async function fileEvidence(
  deps: Needs,
  input: FileEvidence,
  onCommit: OnCommit<FiledEvidence>,
): Promise<FiledEvidence> {
  const { check, match } = await findMatch(deps, input);
  await refuseFiled(deps, check.id, match);
  const { record, print, medium } = await findWorkSide(deps, match);
  // The work's own medium: a song in a film is compared as sound.
  const path = deps.media.of(medium);
  const isComparable = record.modelDigest === path.model.digest;
  if (!isComparable && check.contentHash !== record.contentHash) throw incomparable(match.workId, record);
  const pair = isComparable
    ? await path.pairForClaim(await storedFile(deps, check), match, print)
    : SAME_BYTES;
  const { suspect } = pair;
  const { name, version, digest } = pair.model ?? path.model;
  const dossier = buildDossier({
    record,
    suspect: { ...check, segment: suspect },
    match,
    model: { name, version, digest },
    policyVersion: check.verdict?.policyVersion ?? '',
    tools: deps.tools,
    environment: deps.environment,
    sourceUrl: input.sourceUrl,
    statement: input.statement,
    accused: input.accused,
    reporter: deps.identity.reporter,
    timeline: {
      receivedAt: check.createdAt,
      checkedAt: check.updatedAt,
      filedAt: new Date(deps.now()).toISOString(),
    },
    custody: [
      { at: check.createdAt, actor: check.keyId, action: 'uploaded the file', digest: check.contentHash },
      { at: check.updatedAt, actor: 'service', action: 'compared it with the registry', digest: null },
      { at: new Date(deps.now()).toISOString(), actor: input.caller.keyId, action: 'filed it', digest: null },
    ],
  });
  const { claim, claimId, hammingDistance } = buildEvidenceClaim({
    record,
    segments: print.leaves,
    workSegment: pair.workLeaf,
    suspectHash: check.contentHash,
    suspectCode: suspect?.code ?? ZERO_DIGEST,
    similarity: pair.similarity,
    modelDigest: digest,
    evidenceRoot: dossier.evidenceRoot,
    evidenceCid: dossier.cid,
    accused: input.accused,
    reporter: deps.identity.reporter,
  });
  await refuseAccused(deps, match.workId, claim);
  await deps.content.put(dossier.bytes);
  const filed = await deps.db.transaction(async (sql) => {
    const evidence = await deps.evidence.insertEvidence(sql, {
      id: newId('evidence'),
      checkId: check.id,
      workId: match.workId,
      keyId: input.caller.keyId,
      match,
      sourceUrl: input.sourceUrl,
      statement: input.statement,
      accused: input.accused,
      suspectHash: check.contentHash,
      suspectCode: claim.suspectCode,
      hammingDistance,
      evidenceRoot: dossier.evidenceRoot,
      evidenceCid: dossier.cid,
      claim,
      claimId,
    });
    if (!evidence) return null;
    const job = await deps.jobs.enqueue(sql, {
      id: newId('job'),
      kind: 'file-evidence',
      subjectId: evidence.id,
      keyId: input.caller.keyId,
    });
    await onCommit(sql, { evidence, job });
    return { evidence, job };
  });
  if (!filed) {
    await refuseFiled(deps, check.id, match);
    await refuseAccused(deps, match.workId, claim);
    throw new ConflictError('already_filed', 'evidence of this match was filed at the same moment');
  }
  deps.jobs.wake();
  return filed;
}

async function findMatch(deps: Needs, input: FileEvidence): Promise<{ check: Check; match: Match }> {
  const check = await deps.checks.findCheck(input.checkId);
  if (!check || (check.keyId !== input.caller.keyId && !seesEverything(input.caller))) {
    throw new NotFoundError('not_found', `there is no check ${input.checkId}`);
  }
  if (!check.verdict) throw new ConflictError('wrong_state', `the check is ${check.state}, not decided`);
  const match = check.verdict.matches[input.matchIndex];
  if (match) return { check, match };
  throw new InputError(
    'invalid_request',
    `the check has no match with the index ${input.matchIndex}: it has ${check.verdict.matches.length} in all`,
  );
}

async function refuseFiled(deps: Needs, checkId: CheckId, match: Match): Promise<void> {
  const before = await deps.evidence.findEvidenceOfMatch(checkId, match.workId);
  if (before) throw alreadyFiled(before);
}

/** The same bytes against the same part of the work: another check makes no other accusation of it. */
async function refuseAccused(deps: Needs, workId: WorkId, claim: EvidenceClaim): Promise<void> {
  const before = await deps.evidence.findAccusation(workId, claim);
  if (before) throw alreadyFiled(before);
}

function alreadyFiled(before: Evidence): ConflictError {
  return new ConflictError('already_filed', `evidence of this match is ${before.id}`, {
    location: `/v1/evidence/${before.id}`,
    extra: { evidenceId: before.id },
  });
}

async function findWorkSide(
  deps: Needs,
  match: Match,
): Promise<{ record: WorkRecord; print: LeafPrint; medium: Medium }> {
  const work = await deps.works.findWork(match.workId);
  if (!work || !['recorded', 'submitted', 'anchored'].includes(work.state)) {
    throw new ConflictError(
      'wrong_state',
      `${match.workId} is ${work?.state ?? 'gone'}: only a signed work can be claimed on`,
    );
  }
  const record = await deps.works.findRecord(match.workId);
  const path = deps.media.of(work.medium);
  const print = await path.loadPrint(match.workId);
  if (!record || !print) throw new InternalError('internal', `record or print of ${match.workId} is gone`);
  return { record, print, medium: work.medium };
}

/** What is claimed where nothing but the bytes is compared. */
const SAME_BYTES: ClaimedPair = { suspect: null, workLeaf: 0, similarity: 1 };

function incomparable(workId: WorkId, { modelDigest }: WorkRecord): ConflictError {
  return new ConflictError(
    'wrong_state',
    `${workId} was fingerprinted with the model ${modelDigest}, and another one runs here: what two models see cannot be compared`,
  );
}
