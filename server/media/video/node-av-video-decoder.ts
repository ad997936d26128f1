import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ColophonError, ProblemCode } from '../../errors.ts';
import { InputError, InternalError, NotFoundError } from '../../errors.ts';
import type { GrayClip, VideoDecoder, VideoInfo } from '../../pipeline/decode/video/video-decoder.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../pipeline/decode/video/video-decoder.ts';
import type { DecodeReply, DecodeTask } from './decode-child.ts';
import type { SampleTimes } from './sample-track.ts';

const CHILD = fileURLToPath(new URL('./decode-child.ts', import.meta.url));
const PAGE_BYTES = 4096;
const WATCH_MS = 200;

/** How the decoding process is started; tests start another one. */
export interface NodeAvOptions {
  readonly childPath?: string;
  /** Called at the end of every sampling, for the bench. */
  readonly onTimes?: (times: SampleTimes) => void;
}

/** Decodes with FFmpeg, each task in a process of its own under limits of time and memory. */
export function createNodeAvVideoDecoder(options: NodeAvOptions = {}): VideoDecoder {
  return {
    async probe(source, limits = DEFAULT_VIDEO_LIMITS) {
      let info: VideoInfo | undefined;
      for await (const reply of runTask({ kind: 'probe', path: source.path, limits }, options)) {
        if (reply.kind === 'info') info = reply.info;
      }
      if (!info) throw new InternalError('internal', 'the decoder said nothing');
      return info;
    },
    async *sample(source, plan, limits = DEFAULT_VIDEO_LIMITS) {
      for await (const reply of runTask({ kind: 'sample', path: source.path, plan, limits }, options)) {
        if (reply.kind === 'sample') {
          const { timeMs, cause, width, height, data } = reply.sample;
          yield { timeMs, cause, raster: { width, height, data } };
        } else if (reply.kind === 'done' && reply.times) options.onTimes?.(reply.times);
      }
    },
    async readClips(source, requests, limits = DEFAULT_VIDEO_LIMITS) {
      const clips: GrayClip[] = [];
      if (requests.length === 0) return clips;
      for await (const reply of runTask({ kind: 'clips', path: source.path, requests, limits }, options)) {
        if (reply.kind === 'clip') clips.push(reply.clip);
      }
      return clips;
    },
  };
}

/** Starts a child for one task and yields its replies; kills it at the end, on a limit, and when the reader leaves. */
async function* runTask(task: DecodeTask, options: NodeAvOptions): AsyncGenerator<DecodeReply> {
  const { limits } = task;
  const child = fork(options.childPath ?? CHILD, [], {
    serialization: 'advanced',
    execArgv: ['--max-old-space-size=256', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const queue: DecodeReply[] = [];
  let failure: ColophonError | null = null;
  let ended = false;
  let heardAt = performance.now();
  let wake: () => void = () => {};
  const stop = (why: ColophonError | null) => {
    failure ??= why;
    ended = true;
    wake();
  };
  child.on('message', (reply: DecodeReply) => {
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
  const startedAt = performance.now();
  let isReaderBusy = false;
  const watch = setInterval(
    () => {
      const now = performance.now();
      // A child that waits for its reader is not hung.
      if (isReaderBusy || queue.length > 0) heardAt = now;
      if (now - heardAt > limits.stallMs)
        stop(new InputError('corrupt_media', 'the decoder hung on this file'));
      if (now - startedAt > limits.timeoutMs) {
        stop(new InputError('media_too_large', 'decoding took longer than the limit'));
      }
      if (residentBytes(child.pid) > limits.maxMemoryBytes) {
        stop(new InputError('media_too_large', 'decoding needs more memory than the limit'));
      }
    },
    Math.min(WATCH_MS, limits.stallMs),
  );
  try {
    child.send(task);
    for (;;) {
      const reply = queue.shift();
      if (reply) {
        if (reply.kind === 'problem') throw asProblem(reply.code, reply.detail);
        isReaderBusy = true;
        yield reply;
        isReaderBusy = false;
        if (reply.kind === 'sample' && child.connected) child.send('read', () => {});
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

function asProblem(code: string, detail: string): InputError | NotFoundError {
  return code === 'unknown_content'
    ? new NotFoundError(code, detail)
    : new InputError(code as ProblemCode, detail);
}

/** Resident memory of a process; 0 where the system does not tell. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
