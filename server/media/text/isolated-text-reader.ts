import { Worker } from 'node:worker_threads';
import {
  type ColophonError,
  InputError,
  InternalError,
  NotFoundError,
  type ProblemCode,
} from '../../errors.ts';
import type {
  DecodedText,
  TextHints,
  TextLimits,
  TextReader,
  TextSource,
} from '../../pipeline/decode/text/index.ts';
import { DEFAULT_TEXT_LIMITS } from '../../pipeline/decode/text/index.ts';
import { tooLarge } from './problems.ts';

/** What the thread is asked. */
export interface ReadRequest {
  readonly source: TextSource;
  readonly hints: TextHints;
  readonly limits: TextLimits;
}

/** What it answers: errors do not survive the way between threads, so their parts travel. */
export type ReadAnswer =
  | { readonly decoded: DecodedText }
  | {
      readonly kind: string;
      readonly code: ProblemCode;
      readonly detail: string;
      readonly extra: Readonly<Record<string, unknown>>;
    };

/** Time after its own limit at which a thread that still runs is ended from outside. */
const GRACE_MS = 2000;

/**
 * Reads each file in a thread of its own with a bounded heap, and ends it when its time is up: what a hostile file
 * does to a parser stays there. Throws what a reader throws.
 */
export const isolatedTextReader: TextReader = {
  read: (source, hints = {}, limits = DEFAULT_TEXT_LIMITS) => readInThread({ source, hints, limits }),
};

function readInThread(request: ReadRequest): Promise<DecodedText> {
  const worker = new Worker(new URL('./text-reader-thread.ts', import.meta.url), {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: request.limits.maxHeapMb },
    // A parser's warnings are no business of the service's log.
    stdout: true,
    stderr: true,
  });
  return new Promise<DecodedText>((done, fail) => {
    const timer = setTimeout(
      () => fail(tooLarge('time', 'reading the document took too long')),
      request.limits.timeoutMs + GRACE_MS,
    );
    worker.on('message', (answer: ReadAnswer) => {
      if ('decoded' in answer) done(answer.decoded);
      else fail(revive(answer));
    });
    worker.on('error', (error: Error) => fail(translateThreadError(error)));
    worker.on('exit', () => fail(new InternalError('internal', 'the text reader ended without an answer')));
    worker.on('exit', () => clearTimeout(timer));
  }).finally(() => worker.terminate());
}

function translateThreadError(error: Error): ColophonError {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return tooLarge('memory', 'reading the document takes more memory than allowed', error);
  }
  return new InputError('corrupt_media', `the document cannot be read: ${error.message}`, { cause: error });
}

function revive(answer: Exclude<ReadAnswer, { decoded: DecodedText }>): ColophonError {
  const { code, detail, extra } = answer;
  if (answer.kind === 'NotFoundError') return new NotFoundError(code, detail, { extra });
  if (answer.kind === 'InputError') return new InputError(code, detail, { extra });
  return new InternalError(code, detail, { extra });
}
