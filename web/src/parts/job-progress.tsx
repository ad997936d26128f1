import { Progress } from '@mantine/core';
import { useEffect, useState } from 'react';
import { followJob } from '../api/follow-job.ts';
import { jobOf } from '../api/running-jobs.ts';
import { describeTimeLeft } from '../api/time-left.ts';
import type { JobProgress } from '../api/types.ts';
import { formatShare } from './format.ts';

const STAGES: Readonly<Record<string, string>> = {
  decode: 'Reading the file',
  fingerprint: 'Drawing its fingerprint',
  match: 'Comparing it with the works on record',
  decide: 'Deciding',
  record: 'Writing the record',
  retry: 'Something failed on the way; it is tried again',
};

/** How far a job is: the stage in words, the whole as a bar, and the time left where it can be said. */
export function JobProgressLine({ progress }: { progress: JobProgress | null }) {
  if (progress === null) return <p role="status">Waiting for its turn</p>;
  const { done, total, share, leftMs } = progress;
  const whole = total > 0 ? Math.min(1, (done + (share ?? 0)) / total) : 0;
  return (
    <div className="job-progress">
      <p>
        {/* Only the stage is announced: a count that changes every second would drown the rest. */}
        <span role="status">{STAGES[progress.stage] ?? progress.stage}</span>
        <span className="muted">
          {share !== undefined && share > 0 && share < 1 && `, ${formatShare(share)}`}
          {typeof leftMs === 'number' && `, ${describeTimeLeft(leftMs)}`}
        </span>
      </p>
      {/* Never quite empty: an empty bar looks broken. */}
      <Progress value={Math.max(3, whole * 100)} size="sm" striped animated aria-label="Progress" />
    </div>
  );
}

/** Follows the job of a work or a check that this visit started; null for others. `onEnd` is called when it is over. */
export function useJobProgress(subjectId: string, onEnd: () => void): JobProgress | null {
  const [progress, setProgress] = useState<JobProgress | null>(null);
  useEffect(() => {
    const job = jobOf(subjectId);
    if (job === null) return;
    const stop = new AbortController();
    followJob(job, setProgress, stop.signal).then(onEnd, () => undefined);
    return () => stop.abort();
  }, [subjectId, onEnd]);
  return progress;
}
