import { NotYet } from '../actions/not-yet.ts';
import { ColophonError } from '../errors.ts';
import type { ClaimedJob, JobProblem } from '../store/job-queue.ts';

/** What to do with a job that did not succeed. */
export type NextStep =
  | {
      readonly kind: 'retry';
      readonly problem: JobProblem;
      readonly delayMs: number;
      readonly counts: boolean;
    }
  | { readonly kind: 'give-up'; readonly problem: JobProblem };

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;
// With doubling pauses, twelve tries are about eight minutes: longer than a node or database restarts.
const RETRYABLE_TRIES = 12;
// An error we did not foresee may be a passing one, but not often.
const UNKNOWN_TRIES = 3;
/** A job on which workers died this often is the likely cause of their death. */
export const DEADLY_CLAIMS = 25;

/** Retry with doubling pauses when the error's class says that it may pass; else give up at once. */
export function nextStep(error: unknown, job: Pick<ClaimedJob, 'failures'>): NextStep {
  if (error instanceof NotYet) {
    const problem = { code: 'wrong_state', detail: error.message };
    return { kind: 'retry', problem, delayMs: error.delayMs, counts: false };
  }
  const problem = describeFailure(error);
  const tries = job.failures + 1;
  const allowed = !(error instanceof ColophonError) ? UNKNOWN_TRIES : error.retryable ? RETRYABLE_TRIES : 1;
  if (tries >= allowed) return { kind: 'give-up', problem };
  const pause = Math.min(FIRST_DELAY_MS * 2 ** job.failures, LONGEST_DELAY_MS);
  // A little spread, so that jobs which failed together do not all come back together.
  return { kind: 'retry', problem, delayMs: pause * (0.8 + 0.4 * Math.random()), counts: true };
}

/** Code and detail of anything that was thrown; the text of an unforeseen error is not for users. */
export function describeFailure(error: unknown): JobProblem {
  if (error instanceof ColophonError) return { code: error.code, detail: error.message };
  return { code: 'internal', detail: 'something went wrong on our side; the log has the details' };
}
