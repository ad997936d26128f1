/** Files on their way into the registry. Kept outside React: leaving the page must not stop an upload. */
import { upload } from './api/client.ts';
import { followJob } from './api/follow-job.ts';
import { keepLocalFile } from './api/local-files.ts';
import { asProblem, type Problem } from './api/problem.ts';
import { rememberJob } from './api/running-jobs.ts';
import { createTimeLeft } from './api/time-left.ts';
import type { Job, JobProgress, RegisterAnswer } from './api/types.ts';
import { createStore } from './store.ts';

/** Where one file stands on its way. After `working` the work itself tells. */
export interface Entry {
  readonly key: number;
  readonly file: File;
  readonly title: string;
  readonly phase: 'draft' | 'queued' | 'uploading' | 'working' | 'settled' | 'refused';
  readonly share: number;
  /** Milliseconds until the upload is through; null as long as nothing can be said. */
  readonly leftMs: number | null;
  readonly progress: JobProgress | null;
  readonly workId: string | null;
  readonly problem: Problem | null;
}

/** How the works of one form are registered. */
export interface Terms {
  readonly owner: string;
  readonly lane: 'batch' | 'record';
}

// Two at a time: enough to keep the server busy, few enough to finish the first ones first.
const AT_ONCE = 2;

/** All entries of this visit, oldest first. */
export const entries = createStore<readonly Entry[]>([]);
let lastKey = 0;

function change(key: number, part: Partial<Entry>): void {
  entries.set(entries.get().map((entry) => (entry.key === key ? { ...entry, ...part } : entry)));
}

/** Adds files as drafts, titled after their names; `refuse` names the problem of one that need not be sent. */
export function addFiles(files: readonly File[], refuse: (file: File) => Problem | null): void {
  const drafts = files.map((file): Entry => {
    const problem = refuse(file);
    lastKey += 1;
    const title = file.name.replace(/\.[^.]+$/, '').replaceAll(/[_-]+/g, ' ');
    return {
      key: lastKey,
      file,
      title,
      phase: problem === null ? 'draft' : 'refused',
      share: 0,
      leftMs: null,
      progress: null,
      workId: null,
      problem,
    };
  });
  entries.set([...entries.get(), ...drafts]);
}

/** Changes the title of a draft. */
export function retitle(key: number, title: string): void {
  change(key, { title });
}

/** Takes an entry off the list. */
export function dropEntry(key: number): void {
  entries.set(entries.get().filter((entry) => entry.key !== key));
}

/** Sends all drafts. */
export function sendDrafts(terms: Terms): void {
  entries.set(
    entries.get().map((entry) => (entry.phase === 'draft' ? { ...entry, phase: 'queued' } : entry)),
  );
  for (let i = 0; i < AT_ONCE; i++) void sendNext(terms);
}

/** Tries a refused entry again. */
export function resend(key: number, terms: Terms): void {
  change(key, { phase: 'queued', problem: null, share: 0 });
  void sendNext(terms);
}

async function sendNext(terms: Terms): Promise<void> {
  const list = entries.get();
  const next = list.find((entry) => entry.phase === 'queued');
  if (next === undefined || list.filter((entry) => entry.phase === 'uploading').length >= AT_ONCE) return;
  change(next.key, { phase: 'uploading' });
  try {
    const form = new FormData();
    const timeLeft = createTimeLeft();
    // Fields go before the file, so that the server knows them when the stream of bytes begins.
    if (next.title.trim() !== '') form.append('title', next.title.trim());
    form.append('owner', terms.owner);
    form.append('lane', terms.lane);
    form.append('file', next.file, next.file.name);
    const answer = await upload<RegisterAnswer>('works', form, {
      onProgress: (share) =>
        change(next.key, {
          share,
          leftMs: timeLeft.report({ stage: '', done: share, total: 1 }, performance.now()),
        }),
    });
    change(next.key, { phase: 'working', workId: answer.work.id });
    keepLocalFile(answer.work.contentHash, next.file);
    rememberJob(answer.work.id, answer.job.id);
    void follow(next.key, answer.job);
  } catch (error) {
    change(next.key, { phase: 'refused', problem: asProblem(error) });
  }
  void sendNext(terms);
}

async function follow(key: number, job: Job): Promise<void> {
  try {
    await followJob(job.id, (progress) => change(key, { progress }), new AbortController().signal);
  } catch {
    // The work's own state is the truth; the job's events only tell it sooner.
  }
  change(key, { phase: 'settled', progress: null });
}
