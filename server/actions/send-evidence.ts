import type { EvidenceId } from '../domain/ids.ts';
import {
  type EvidenceClaim,
  segmentLeafHash,
  WHOLE_WORK_SEGMENT,
  type WorkRecord,
} from '../domain/records/index.ts';
import type { Work } from '../domain/work.ts';
import { InternalError, NotFoundError } from '../errors.ts';
import { type Operation, operationId } from '../pipeline/anchor/index.ts';
import { proveSegment, type SegmentProof } from '../pipeline/record/index.ts';
import type { Deps } from './deps.ts';
import { NotYet } from './not-yet.ts';
import type { ReportProgress } from './report-progress.ts';

type Needs = Pick<Deps, 'db' | 'evidence' | 'works' | 'media' | 'outbox' | 'kickAnchorer'>;

/**
 * Puts a claim into the outbox, behind whatever must stand on the chain first: the work's own registration, or the
 * promotion of its leaf. Running it again changes nothing.
 *
 * Throws `NotYet` while the work is not in a batch.
 */
export async function sendEvidence(deps: Needs, id: EvidenceId, report: ReportProgress): Promise<void> {
  const evidence = await deps.evidence.findEvidence(id);
  const claim = await deps.evidence.findClaim(id);
  if (!evidence || !claim) throw new NotFoundError('not_found', `there is no evidence ${id}`);
  if (evidence.state !== 'recorded') return;
  await report('await-work', 0, 2);
  const work = await deps.works.findWork(evidence.workId);
  const record = await deps.works.findRecord(evidence.workId);
  if (!work || !record) throw new InternalError('internal', `the record of ${evidence.workId} is gone`);
  const before = await registrationOf(deps, work, record);
  const segmentProof = await segmentProofOf(deps, work, claim);
  await report('file', 1, 2);
  await deps.db.transaction(async (sql) => {
    // Its registration may have been replaced meanwhile: behind that nothing would ever be sent.
    const now = await deps.works.findWork(work.id, sql);
    if (now?.lane !== work.lane) throw new NotYet(`${work.id} goes another way to the chain`);
    if (before.promotion) await deps.outbox.enqueue(sql, before.promotion, before.after);
    const dependsOn = before.promotion ? operationId(before.promotion) : before.after;
    const operation: Operation = {
      kind: 'file-claim',
      evidenceId: id,
      record,
      claim,
      segmentProof,
      filing: null,
    };
    await deps.outbox.enqueue(sql, operation, dependsOn);
  });
  deps.kickAnchorer();
}

/** What must be anchored before a claim on the work: `after`, and then `promotion` when it is a leaf of a batch. */
async function registrationOf(
  deps: Needs,
  work: Work,
  record: WorkRecord,
): Promise<{ after: `0x${string}`; promotion: Operation | null }> {
  const { consent } = work;
  if (!consent) throw new InternalError('internal', `${work.id} is ${work.state} without a consent`);
  const { signature, deadline, nonce, standing } = consent;
  if (work.lane === 'record') {
    const registration: Operation = {
      kind: 'register-for',
      workId: work.id,
      record,
      nonce: nonce ?? '0',
      deadline,
      signature,
      standing,
    };
    return { after: operationId(registration), promotion: null };
  }
  const batch = await deps.outbox.batchOf(work.id);
  if (!batch) throw new NotYet(`${work.id} waits for its batch`);
  const member = batch.members.find((one) => one.workId === work.id);
  if (!member) throw new InternalError('internal', `${work.id} is not in its batch ${batch.batchId}`);
  const { batchId, root, size, manifestCid } = batch;
  const { index, path } = member;
  return {
    after: operationId({ kind: 'register-batch', batchId, root, size, manifestCid }),
    promotion: { kind: 'promote-for', workId: work.id, record, root, index, path, signature },
  };
}

/** The proof of the segment that the claim names: the claim decides, not the match it came from. */
async function segmentProofOf(deps: Needs, work: Work, claim: EvidenceClaim): Promise<SegmentProof | null> {
  if (claim.segment === WHOLE_WORK_SEGMENT) return null;
  const print = await deps.media.of(work.medium).loadPrint(work.id);
  if (!print) throw new InternalError('internal', `the print of ${work.id} is gone`);
  const segments = print.leaves;
  const index = segments.findIndex((segment) => segmentLeafHash(segment) === claim.segment);
  if (index < 0) throw new InternalError('internal', `${work.id} has no segment ${claim.segment}`);
  return proveSegment(segments, index);
}
