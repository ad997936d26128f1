import { hasEnded } from '../../../server/domain/job.ts';
import { getJson, request } from './client.ts';
import { Problem } from './problem.ts';
import { readEvents } from './sse.ts';
import type { Job, JobProgress } from './types.ts';

/** How a job ended: its state and, when it failed, why. */
export interface JobEnd {
  readonly state: string;
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

/**
 * Follows a job to its end by server-sent events; when the stream breaks or is not offered, by asking every second.
 */
export async function followJob(
  id: string,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
): Promise<JobEnd> {
  try {
    const response = await request(`jobs/${id}/events`, { signal, headers: { Accept: 'text/event-stream' } });
    if (response.body !== null) {
      for await (const { event, data } of readEvents(response.body)) {
        if (event === 'progress') onProgress(JSON.parse(data) as JobProgress);
        if (event === 'retry') onProgress({ stage: 'retry', done: 0, total: 1 });
        if (event === 'end') {
          const end = JSON.parse(data) as Partial<JobEnd>;
          return { state: end.state ?? 'done', problem: end.problem ?? null };
        }
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof Problem && (error.status === 401 || error.status === 404)) throw error;
  }
  return pollJob(id, onProgress, signal);
}

async function pollJob(
  id: string,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
): Promise<JobEnd> {
  for (let failures = 0; ; ) {
    signal.throwIfAborted();
    try {
      const job = await getJson<Job>(`jobs/${id}`, signal);
      failures = 0;
      if (job.progress) onProgress(job.progress);
      if (hasEnded(job)) return { state: job.state, problem: job.problem ?? null };
    } catch (error) {
      failures += 1;
      if (signal.aborted || failures > 5) throw error;
    }
    await new Promise((wake) => setTimeout(wake, 1000));
  }
}
