import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ColophonError, ProblemCode } from '../errors.ts';
import { InputError, InternalError, NotFoundError } from '../errors.ts';

const PAGE_BYTES = 4096;
const WATCH_MS = 200;
/** Told from what the file itself says: on a freer machine the same file may do. */
const LIMIT = { extra: { reason: 'limit' } } as const;

/** What every decoding process answers besides its own replies: `done` or `problem` come last. */
export type EndReply =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'problem';
      readonly code: string;
      readonly detail: string;
      readonly extra?: Readonly<Record<string, unknown>>;
    };

/** What a decoding process may cost. */
export interface ProcessLimits {
  /** Resident memory. */
  readonly maxMemoryBytes: number;
  /** Time without any sign of progress after which it counts as hung. */
  readonly stallMs: number;
  readonly timeoutMs: number;
}

/**
 * Starts a process for one task over untrusted media and yields its replies; kills it at the end, on a limit, and when
 * the reader leaves. Replies of the kinds in `acknowledged` are answered with `'read'` once they have been taken, so
 * that a process can wait for a slow reader. Throws the process's own problem, `corrupt_media` for a crash or a hang,
 * `media_too_large` over a limit, `InternalError` when the program does not run.
 */
export async function* runIsolated<Reply extends { readonly kind: string }>(
  childPath: string,
  task: object,
  limits: ProcessLimits,
  acknowledged: string,
): AsyncGenerator<Exclude<Reply, { kind: 'problem' }>> {
  const child = fork(childPath, [], {
    serialization: 'advanced',
    execArgv: ['--max-old-space-size=256', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Nothing of the service's settings; the cache of compiled modules halves the start.
    env: { PATH: process.env['PATH'] ?? '', ...pick('NODE_COMPILE_CACHE') },
  });
  const queue: (Reply | EndReply)[] = [];
  let failure: ColophonError | null = null;
  let ended = false;
  let heardAt = performance.now();
  let wake: () => void = () => {};
  const stop = (why: ColophonError | null) => {
    failure ??= why;
    ended = true;
    wake();
  };
  child.on('message', (reply: Reply | EndReply) => {
    heardAt = performance.now();
    queue.push(reply);
    if (reply.kind === 'done' || reply.kind === 'problem') ended = true;
    wake();
  });
  child.on('error', () => stop(new InternalError('internal', 'the decoding process could not be started')));
  child.on('exit', (code, signal) => {
    if (ended) return;
    // FFmpeg dies by a signal; an exit with a code is our own program failing to run.
    if (signal) stop(new InputError('corrupt_media', `the decoder crashed on this file (${signal})`));
    else stop(new InternalError('internal', `the decoding process ended with code ${code}`));
  });
  let startedAt = performance.now();
  let isReaderBusy = false;
  let watchedAt = startedAt;
  const watchMs = Math.min(WATCH_MS, limits.stallMs);
  const watch = setInterval(() => {
    const now = performance.now();
    // A watch that comes this late was asleep itself, and has not read what the child sent meanwhile.
    const wasAway = now - watchedAt > watchMs + limits.stallMs / 2;
    if (wasAway) startedAt += now - watchedAt;
    watchedAt = now;
    // A child that waits for its reader is not hung.
    if (wasAway || isReaderBusy || queue.length > 0) heardAt = now;
    if (now - heardAt > limits.stallMs)
      stop(new InputError('corrupt_media', 'the decoder hung on this file', LIMIT));
    if (now - startedAt > limits.timeoutMs) {
      stop(new InputError('media_too_large', 'decoding took longer than the limit', LIMIT));
    }
    if (residentBytes(child.pid) > limits.maxMemoryBytes) {
      stop(new InputError('media_too_large', 'decoding needs more memory than the limit', LIMIT));
    }
  }, watchMs);
  try {
    child.send(task);
    for (;;) {
      const reply = queue.shift();
      if (reply) {
        if (isProblem(reply)) throw asProblem(reply);
        isReaderBusy = true;
        yield reply as Exclude<Reply, { kind: 'problem' }>;
        isReaderBusy = false;
        if (reply.kind === acknowledged && child.connected) child.send('read', () => {});
        if (reply.kind === 'done') return;
      } else if (ended) {
        throw failure ?? new InputError('corrupt_media', 'the decoder stopped without an answer');
      } else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearInterval(watch);
    ended = true;
    child.kill('SIGKILL');
  }
}

function pick(name: string): NodeJS.ProcessEnv {
  const value = process.env[name];
  return value === undefined ? {} : { [name]: value };
}

function isProblem(reply: { readonly kind: string }): reply is EndReply & { kind: 'problem' } {
  return reply.kind === 'problem';
}

function asProblem({ code, detail, extra = {} }: EndReply & { kind: 'problem' }): InputError | NotFoundError {
  return code === 'unknown_content'
    ? new NotFoundError(code, detail)
    : new InputError(code as ProblemCode, detail, { extra });
}

/** Resident memory of a process; 0 where the system does not tell. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
