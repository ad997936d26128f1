import type { Deps } from '../actions/deps.ts';
import { processCheck } from '../actions/process-check.ts';
import { processWork } from '../actions/process-work.ts';
import type { ReportProgress } from '../actions/report-progress.ts';
import { sendEvidence } from '../actions/send-evidence.ts';
import type { CheckId, EvidenceId, WorkId } from '../domain/ids.ts';
import { JOB_KINDS, type Job, type JobKind } from '../domain/job.ts';
import { InternalError } from '../errors.ts';

/** Does the work of one kind of job. It may be run again after any crash, from wherever it stopped. */
export type JobHandler = (job: Job, report: ReportProgress) => Promise<void>;

/** The one handler of each kind. */
export function createHandlers(deps: Deps): Record<JobKind, JobHandler> {
  return {
    'process-work': (job, report) => processWork(deps, job.subjectId as WorkId, report),
    'process-check': (job, report) => processCheck(deps, job.subjectId as CheckId, report),
    'file-evidence': (job, report) => sendEvidence(deps, job.subjectId as EvidenceId, report),
  };
}

/** Refuses to start when a kind of job has no handler, or a handler no kind: such jobs would wait for ever. */
export function requireComplete(handlers: Readonly<Record<string, JobHandler>>): void {
  const kinds = new Set<string>(JOB_KINDS);
  const missing = JOB_KINDS.filter((kind) => !handlers[kind]);
  const unknown = Object.keys(handlers).filter((kind) => !kinds.has(kind));
  if (missing.length + unknown.length === 0) return;
  throw new InternalError(
    'internal',
    `job kinds without a handler: ${missing.join(', ') || 'none'}; handlers without a kind: ${unknown.join(', ') || 'none'}`,
  );
}
