import type { JobProgress } from './types.ts';

/** Tells how long a job will still take, from how fast it went so far. */
export interface TimeLeft {
  /** Takes one report; gives milliseconds left, or null while nothing can be said. */
  report(progress: Pick<JobProgress, 'stage' | 'done' | 'total'>, nowMs: number): number | null;
}

// Before this time a guess is worse than none.
const MIN_ELAPSED_MS = 1500;

/** Starts the clock of one job. Counts that begin anew, as with another stage, begin a new measurement. */
export function createTimeLeft(): TimeLeft {
  let stage = '';
  let first: { done: number; total: number; at: number } | null = null;
  return {
    report(progress, nowMs) {
      const { done, total } = progress;
      if (first === null || progress.stage !== stage || total !== first.total || done < first.done) {
        stage = progress.stage;
        first = { done, total, at: nowMs };
        return null;
      }
      const elapsed = nowMs - first.at;
      const gained = done - first.done;
      if (gained <= 0 || elapsed < MIN_ELAPSED_MS) return null;
      return (elapsed * (total - done)) / gained;
    },
  };
}

/** `about 2 min left`; rough on purpose. */
export function describeTimeLeft(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5} s left`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min left`;
  return `about ${Math.round(seconds / 3600)} h left`;
}
