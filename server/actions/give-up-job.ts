import type { CheckId, EvidenceId, WorkId } from '../domain/ids.ts';
import type { ClaimedJob, JobProblem } from '../store/job-queue.ts';
import type { Deps } from './deps.ts';

/**
 * Ends a job for good and writes why into the resource it was for, together: a work is `rejected` and its content
 * free again, a check or evidence `failed`. A resource that moved on by itself stays as it is.
 */
export async function giveUpJob(
  deps: Pick<Deps, 'db' | 'jobs' | 'works' | 'checks' | 'evidence' | 'media'>,
  job: ClaimedJob,
  problem: JobProblem,
): Promise<void> {
  await deps.db.transaction(async (sql) => {
    if (job.kind === 'process-work') {
      const id = job.subjectId as WorkId;
      const work = await deps.works.findWork(id, sql);
      if (work?.state === 'received' || work?.state === 'fingerprinted') {
        await deps.media.of(work.medium).removePrint(sql, id);
        await deps.works.moveWork(sql, id, [work.state], 'rejected', { problem });
      }
    } else if (job.kind === 'process-check') {
      const check = await deps.checks.findCheck(job.subjectId as CheckId, sql);
      if (check?.state === 'received') await deps.checks.failCheck(sql, check.id, problem);
    } else {
      const evidence = await deps.evidence.findEvidence(job.subjectId as EvidenceId, sql);
      if (evidence?.state === 'recorded') {
        await deps.evidence.moveEvidence(sql, evidence.id, ['recorded'], 'failed', { problem });
      }
    }
    await deps.jobs.fail(sql, job, problem);
  });
  deps.jobs.announce(job.id);
}
