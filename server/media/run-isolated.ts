import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ColophonError, ProblemCode } from '../errors.ts';
import { InputError, InternalError, NotFoundError } from '../errors.ts';
import { type StartProcess, startProcess } from './start-process.ts';

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

/** A process for tasks over untrusted media, one after the other; started anew after one that did not end well. */
export interface Lane<Reply extends { readonly kind: string }> {
  /**
   * Yields the replies to a task. Throws the process's own problem, `corrupt_media` for a crash or a hang,
   * `media_too_large` over a limit, `InternalError` when the program does not run. The process is killed then, and when
   * the reader leaves.
   */
  run(task: object, limits: ProcessLimits): AsyncGenerator<Exclude<Reply, { kind: 'problem' }>>;
  close(): void;
}

/** One task in a process of its own, as `Lane.run`. */
export async function* runIsolated<Reply extends { readonly kind: string }>(
  childPath: string,
  task: object,
  limits: ProcessLimits,
  acknowledged: string,
  start?: StartProcess,
): AsyncGenerator<Exclude<Reply, { kind: 'problem' }>> {
  const lane = openLane<Reply>(childPath, acknowledged, start);
  try {
    yield* lane.run(task, limits);
  } finally {
    lane.close();
  }
}

/**
 * A lane of tasks; its process comes from `start` with the first. Replies of the kinds
 * in `acknowledged` are answered with `'read'` once they have been taken, so that a process can wait for a slow reader.
 */
export function openLane<Reply extends { readonly kind: string }>(
  childPath: string,
  acknowledged: string,
  start: StartProcess = startProcess,
): Lane<Reply> {
  let child: ChildProcess | null = null;
  const end = () => {
    child?.kill('SIGKILL');
    child = null;
  };
  return {
    async *run(task, limits) {
      // A process that died while it had nothing to do is nobody's fault.
      if (!child?.connected) child = start(childPath);
      let isDone = false;
      try {
        for await (const reply of watchTask<Reply>(child, task, limits)) {
          isDone = reply.kind === 'done';
          yield reply;
          if (reply.kind === acknowledged && child.connected) child.send('read', () => {});
        }
      } finally {
        if (!isDone) end();
      }
    },
    close: end,
  };
}

async function* watchTask<Reply extends { readonly kind: string }>(
  child: ChildProcess,
  task: object,
  limits: ProcessLimits,
): AsyncGenerator<Exclude<Reply, { kind: 'problem' }>> {
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
  const onMessage = (reply: Reply | EndReply) => {
    heardAt = performance.now();
    queue.push(reply);
    if (reply.kind === 'done' || reply.kind === 'problem') ended = true;
    wake();
  };
  const onError = () => stop(new InternalError('internal', 'the decoding process could not be started'));
  const onExit = (code: number | null, signal: string | null) => {
    if (ended) return;
    // FFmpeg dies by a signal; an exit with a code is our own program failing to run.
    if (signal) stop(new InputError('corrupt_media', `the decoder crashed on this file (${signal})`));
    else stop(new InternalError('internal', `the decoding process ended with code ${code}`));
  };
  child.on('message', onMessage).on('error', onError).on('exit', onExit);
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
        if (reply.kind === 'done') return;
      } else if (ended) {
        throw failure ?? new InputError('corrupt_media', 'the decoder stopped without an answer');
      } else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearInterval(watch);
    ended = true;
    child.off('message', onMessage).off('error', onError).off('exit', onExit);
  }
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
