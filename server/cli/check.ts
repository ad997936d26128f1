import { basename } from 'node:path';
import type { Check } from '../domain/check.ts';
import { type ApiClient, ApiProblem } from './api-client.ts';
import { startProgress } from './progress.ts';
import { runAll } from './run-all.ts';

/** The answer for one file. */
export interface CheckResult {
  readonly file: string;
  readonly check: Check | null;
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

const WIDTH = 4;
const JOB_WAIT_S = 60;
/** A film of hours on a slow machine; the service gives up by itself before that. */
const MOST_WAIT_S = 6 * 3600;
const POLL_MS = 300;

/** Checks files against the registry, four at a time; a file that fails does not stop the others, a bad key does. */
export async function checkFiles(client: ApiClient, files: readonly string[]): Promise<CheckResult[]> {
  const bar = startProgress('checking', files.length);
  try {
    return await runAll(files, WIDTH, async (file) => {
      const result = await checkOne(client, file);
      bar.step();
      return result;
    });
  } finally {
    bar.stop();
  }
}

async function checkOne(client: ApiClient, file: string): Promise<CheckResult> {
  try {
    const answer = await client.postForm<{ check: Check }>('/v1/checks', { title: basename(file) }, file, {
      waitS: JOB_WAIT_S,
    });
    let check = answer.check;
    const until = Date.now() + MOST_WAIT_S * 1000;
    while (check.state === 'received' && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      check = await client.get<Check>(`/v1/checks/${check.id}`);
    }
    return { file, check, problem: check.problem };
  } catch (error) {
    // Without a good key no other file fares better.
    if (error instanceof ApiProblem && error.status === 401) throw error;
    const code = error instanceof ApiProblem ? error.code : 'internal';
    return {
      file,
      check: null,
      problem: { code, detail: error instanceof Error ? error.message : String(error) },
    };
  }
}
