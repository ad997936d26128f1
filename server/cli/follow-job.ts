import { hasEnded, type Job, type JobProgress } from '../domain/job.ts';
import type { ApiClient } from './api-client.ts';

/** How long the answer to an upload is held: what takes longer shows its progress. */
export const SHORT_WAIT_S = 2;
const POLL_MS = 500;

/**
 * Waits until a job has ended, at most `mostS`, and tells how far it is: by the job's events, and by asking when their
 * stream breaks. Throws as `ApiClient.get` does.
 */
export async function followJob(
  client: ApiClient,
  job: Pick<Job, 'id' | 'state'>,
  mostS: number,
  onProgress: (progress: JobProgress) => void,
): Promise<void> {
  if (hasEnded(job)) return;
  const signal = AbortSignal.timeout(1000 * mostS);
  try {
    for await (const { event, data } of client.events(`/v1/jobs/${job.id}/events`, signal)) {
      if (event === 'progress') onProgress(data as JobProgress);
      if (event === 'end') return;
    }
  } catch (error) {
    if (signal.aborted) return;
    // A proxy in between may not hold a stream for minutes.
    if (!(error instanceof TypeError)) throw error;
  }
  while (!signal.aborted) {
    const now = await client.get<Job>(`/v1/jobs/${job.id}`);
    if (now.progress) onProgress(now.progress);
    if (hasEnded(now)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
