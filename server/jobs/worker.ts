import type { Deps } from '../actions/deps.ts';
import { giveUpJob } from '../actions/give-up-job.ts';
import { JOB_KINDS, type JobKind } from '../domain/job.ts';
import type { ClaimedJob } from '../store/job-queue.ts';
import { type JobHandler, requireComplete } from './handlers.ts';
import { DEADLY_CLAIMS, nextStep } from './retry-policy.ts';

/** What a worker is made of. */
export interface WorkerOptions {
  readonly deps: Pick<Deps, 'db' | 'jobs' | 'works' | 'checks' | 'evidence' | 'media'>;
  readonly handlers: Readonly<Record<JobKind, JobHandler>>;
  /** Jobs at the same time. */
  readonly concurrency: number;
  /** How long a job stays ours without a sign of life, in milliseconds. */
  readonly leaseMs?: number;
  readonly pollMs?: number;
  /** Told of every failure, retried or not. */
  readonly onError?: (error: unknown, job: ClaimedJob | null) => void;
  /** Told how long a stage took. */
  readonly onStage?: (kind: JobKind, stage: string, seconds: number) => void;
}

/** Runs jobs of the queue in this process. */
export interface Worker {
  start(): void;
  /** Takes no new jobs and waits until those that run have ended. */
  stop(): Promise<void>;
}

/** Within a stage, how often its progress is told. */
const TELL_MS = 1000;

/** Makes a worker. Throws `internal` when a kind of job has no handler. */
export function createWorker(options: WorkerOptions): Worker {
  requireComplete(options.handlers);
  const { deps, concurrency, leaseMs = 30_000, pollMs = 1000 } = options;
  const running = new Set<Promise<void>>();
  let stopping = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let timer: NodeJS.Timeout | undefined;
  let offWake = () => {};

  const fill = async () => {
    while (!stopping && running.size < concurrency) {
      const job = await deps.jobs.claim(JOB_KINDS, leaseMs);
      if (!job) return;
      const run = runJob(options, job, leaseMs).finally(() => {
        running.delete(run);
        look();
      });
      running.add(run);
    }
  };
  // One look at a time; a wake-up during a look asks for another, or a job enqueued just then would wait.
  const look = () => {
    if (stopping) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = fill()
      .catch((error: unknown) => options.onError?.(error, null))
      .finally(() => {
        looking = null;
        if (lookAgain) {
          lookAgain = false;
          look();
        }
      });
  };
  const tick = () => {
    deps.jobs.recover({ all: false }).catch((error: unknown) => options.onError?.(error, null));
    look();
  };
  return {
    start() {
      offWake = deps.jobs.onWake(look);
      timer = setInterval(tick, pollMs);
      look();
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      offWake();
      await looking;
      await Promise.allSettled(running);
    },
  };
}

async function runJob(options: WorkerOptions, job: ClaimedJob, leaseMs: number): Promise<void> {
  const { deps } = options;
  // The lease runs on as long as this process lives; when that ends, another worker takes over.
  const beat = setInterval(() => {
    deps.jobs.extend(job, leaseMs).catch((error: unknown) => options.onError?.(error, job));
  }, leaseMs / 3);
  try {
    if (job.claims > job.failures + DEADLY_CLAIMS) {
      throw new Error(`workers died ${job.claims - job.failures} times on job ${job.id}`);
    }
    await timed(options, job);
    await deps.jobs.complete(job);
  } catch (error) {
    options.onError?.(error, job);
    await settle(options, job, error).catch((second: unknown) => options.onError?.(second, job));
  } finally {
    clearInterval(beat);
  }
}

async function timed(options: WorkerOptions, job: ClaimedJob): Promise<void> {
  const { deps, handlers, onStage } = options;
  let stage: string | null = null;
  let since = performance.now();
  const close = () => {
    if (stage !== null) onStage?.(job.kind, stage, (performance.now() - since) / 1000);
  };
  let toldAt = 0;
  await handlers[job.kind](job, async (next, done, total, share = 0) => {
    const now = performance.now();
    if (next !== stage) {
      close();
      stage = next;
      since = now;
    } else if (now - toldAt < TELL_MS) return;
    toldAt = now;
    // As much of the stage as is left will take as long as what is done took; early guesses are worth nothing.
    const leftMs = share >= 0.02 ? Math.round(((now - since) * (1 - share)) / share) : null;
    await deps.jobs.report(job, { stage: next, done, total, share, leftMs });
  });
  close();
}

async function settle(options: WorkerOptions, job: ClaimedJob, error: unknown): Promise<void> {
  const deadly = job.claims > job.failures + DEADLY_CLAIMS;
  const step = nextStep(error, deadly ? { failures: Number.MAX_SAFE_INTEGER } : job);
  if (step.kind === 'retry') await options.deps.jobs.retry(job, step.problem, step.delayMs, step.counts);
  else await giveUpJob(options.deps, job, step.problem);
}
