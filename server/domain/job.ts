import type { JobId, KeyId } from './ids.ts';

export const JOB_STATES = ['queued', 'running', 'done', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Every kind of background work; `server/jobs/` has exactly one handler for each. */
export const JOB_KINDS = ['process-work', 'process-check', 'file-evidence'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** How far a job is: `done` of `total` stages, `stage` the one that runs or ended last. */
export interface JobProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** How much of the stage is done, 0…1. Jobs of older programs have neither this nor the next. */
  readonly share?: number | undefined;
  /** Until the end of the stage, by what it took so far; null as long as nothing can be said. */
  readonly leftMs?: number | null | undefined;
}

/** A piece of background work and the resource it is about. */
export interface Job {
  readonly id: JobId;
  readonly kind: JobKind;
  /** Id of the work, check or evidence. */
  readonly subjectId: string;
  readonly keyId: KeyId | null;
  readonly state: JobState;
  readonly progress: JobProgress | null;
  /** How often it was tried without success. */
  readonly failures: number;
  readonly problem: { readonly code: string; readonly detail: string } | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** Something that happened to a job. `seq` counts from 1 within the job. */
export interface JobEvent {
  readonly seq: number;
  readonly event: 'progress' | 'retry' | 'end';
  readonly data: Readonly<Record<string, unknown>>;
}

/** Whether a job will not change any more. */
export function hasEnded(job: Pick<Job, 'state'>): boolean {
  return job.state === 'done' || job.state === 'failed';
}
