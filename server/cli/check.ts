import { basename } from 'node:path';
import type { Check } from '../domain/check.ts';
import type { Job } from '../domain/job.ts';
import { type ApiClient, ApiProblem } from './api-client.ts';
import { problemOf } from './describe-refusal.ts';
import { followJob, SHORT_WAIT_S } from './follow-job.ts';
import { type Progress, startProgress } from './progress.ts';
import { runAll } from './run-all.ts';

/** The answer for one file. */
export interface CheckResult {
  readonly file: string;
  readonly check: Check | null;
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

const WIDTH = 4;
/** A film of hours on a slow machine; the service gives up by itself before that. */
const MOST_WAIT_S = 6 * 3600;

/** Checks files against the registry, four at a time; a file that fails does not stop the others, a bad key does. */
export async function checkFiles(client: ApiClient, files: readonly string[]): Promise<CheckResult[]> {
  const bar = startProgress('checking', files.length);
  try {
    return await runAll(files, WIDTH, async (file) => {
      const result = await checkOne(client, file, bar);
      bar.step(file);
      return result;
    });
  } finally {
    bar.stop();
  }
}

async function checkOne(client: ApiClient, file: string, bar: Progress): Promise<CheckResult> {
  try {
    const fields = { title: basename(file) };
    const call = { waitS: SHORT_WAIT_S };
    const started = await client.postForm<{ check: Check; job: Job }>('/v1/checks', fields, file, call);
    if (started.check.state !== 'received')
      return { file, check: started.check, problem: started.check.problem };
    await followJob(client, started.job, MOST_WAIT_S, (progress) => bar.report(file, progress));
    const check = await client.get<Check>(`/v1/checks/${started.check.id}`);
    return { file, check, problem: check.problem };
  } catch (error) {
    // Without a good key no other file fares better.
    if (error instanceof ApiProblem && error.status === 401) throw error;
    return { file, check: null, problem: problemOf(error) };
  }
}
