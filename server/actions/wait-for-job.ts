import type { JobId } from '../domain/ids.ts';
import { hasEnded, type Job, type JobEvent } from '../domain/job.ts';
import { NotFoundError } from '../errors.ts';
import type { Deps } from './deps.ts';

// Another process on the same database may run the job; it cannot wake us.
const POLL_MS = 1000;

/** Waits until the job ended or `timeoutMs` are over, and gives it as it then is. Throws `not_found`. */
export async function waitForJob(
  deps: Pick<Deps, 'jobs'>,
  id: JobId,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Job> {
  const until = performance.now() + timeoutMs;
  const changes = watch(deps, id);
  try {
    for (;;) {
      const changed = changes.next();
      const job = await deps.jobs.findJob(id);
      if (!job) throw new NotFoundError('not_found', `there is no job ${id}`);
      const left = until - performance.now();
      if (hasEnded(job) || left <= 0 || signal?.aborted) return job;
      await changed(Math.min(left, POLL_MS), signal);
    }
  } finally {
    changes.stop();
  }
}

/** Events of a job after `seq`, as they come, until it ended or `signal` says stop. */
export async function* followJob(
  deps: Pick<Deps, 'jobs'>,
  id: JobId,
  seq: number,
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  const changes = watch(deps, id);
  let last = seq;
  try {
    while (!signal.aborted) {
      const changed = changes.next();
      const job = await deps.jobs.findJob(id);
      for (const event of await deps.jobs.eventsAfter(id, last)) {
        last = event.seq;
        yield event;
        if (event.event === 'end') return;
      }
      // Read before the events: a job that had ended by then has told all it will ever tell.
      if (!job || hasEnded(job)) return;
      await changed(POLL_MS, signal);
    }
  } finally {
    changes.stop();
  }
}

/** Waits for changes without missing one that comes between looking and waiting. */
function watch(deps: Pick<Deps, 'jobs'>, id: JobId) {
  let version = 0;
  let wake = () => {};
  const stop = deps.jobs.onChange(id, () => {
    version++;
    wake();
  });
  return {
    stop,
    next() {
      const seen = version;
      return (timeoutMs: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => {
          if (version !== seen || signal?.aborted) return resolve();
          const done = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', done);
            resolve();
          };
          const timer = setTimeout(done, timeoutMs);
          wake = done;
          signal?.addEventListener('abort', done, { once: true });
        });
    },
  };
}
