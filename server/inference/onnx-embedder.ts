import { Worker } from 'node:worker_threads';
import type { Digest } from '../domain/digest.ts';
import type { ProblemCode } from '../errors.ts';
import { InternalError } from '../errors.ts';
import type { Embedder, Embedding, Head } from '../pipeline/fingerprint/index.ts';
import {
  EMBED_SIDE,
  FEATURE_CELLS,
  FEATURE_CHANNELS,
  LOCAL_DIMENSIONS,
  LOCAL_GRID,
} from '../pipeline/fingerprint/index.ts';
import type { WorkerReply, WorkerRequest, WorkerSetup } from './embed-worker.ts';

const PIXELS = 3 * EMBED_SIDE * EMBED_SIDE;
const FEATURES = FEATURE_CHANNELS * FEATURE_CELLS;
const LOCALS = LOCAL_DIMENSIONS * LOCAL_GRID * LOCAL_GRID;

/** What the embedder is made of besides the graph. */
export interface OnnxEmbedderOptions extends WorkerSetup {
  readonly modelDigest: Digest;
  readonly head: Head;
  /** Subtracted from the `local` output. */
  readonly localZeroPoint: number;
  readonly maxBatch: number;
}

/** An embedder with a thread to stop. */
export interface OnnxEmbedder extends Embedder {
  close(): Promise<void>;
}

interface Waiting {
  readonly pixels: Uint8Array;
  resolve(embedding: Embedding): void;
  reject(error: unknown): void;
}

/**
 * Runs the INT8 graph in a thread of its own. Pictures of all callers wait in one queue; whenever the thread is
 * free it takes up to `maxBatch` of them in one run. The graph is integer: the company in a batch changes nothing.
 *
 * Throws `provider_unavailable`, `model_altered` at the start; `embed` rejects with `internal` when a run fails.
 */
export async function createOnnxEmbedder(options: OnnxEmbedderOptions): Promise<OnnxEmbedder> {
  const { path, provider, threads } = options;
  const setup: WorkerSetup = { path, provider, threads };
  const worker = new Worker(new URL('./embed-worker.ts', import.meta.url), { workerData: setup });
  await started(worker);
  const queue: Waiting[] = [];
  let running: Waiting[] = [];
  let nextId = 0;
  let broken: InternalError | undefined;

  const fail = (error: InternalError) => {
    broken = error;
    for (const waiting of [...running, ...queue.splice(0)]) waiting.reject(error);
    running = [];
  };
  const pump = () => {
    if (running.length > 0 || queue.length === 0) return;
    running = queue.splice(0, options.maxBatch);
    const pixels = new Uint8Array(running.length * PIXELS);
    running.forEach((waiting, i) => {
      pixels.set(waiting.pixels, i * PIXELS);
    });
    const request: WorkerRequest = { id: nextId++, pixels, count: running.length };
    worker.postMessage(request, [pixels.buffer]);
    worker.ref();
  };
  worker.on('message', (reply: WorkerReply) => {
    const done = running;
    running = [];
    // An idle thread must not keep the process alive.
    worker.unref();
    if ('problem' in reply) {
      for (const waiting of done)
        waiting.reject(new InternalError('internal', `inference failed: ${reply.problem}`));
    } else {
      done.forEach((waiting, i) => {
        waiting.resolve(split(reply, i, options.localZeroPoint));
      });
    }
    pump();
  });
  worker.on('error', (cause) => fail(new InternalError('internal', 'the inference thread died', { cause })));
  worker.on('exit', () => fail(new InternalError('internal', 'the inference thread has stopped')));
  worker.unref();

  return {
    modelDigest: options.modelDigest,
    head: options.head,
    embed(pictures) {
      const results = pictures.map((pixels) => {
        if (pixels.length !== PIXELS)
          throw new RangeError(`a picture has ${pixels.length} bytes, not ${PIXELS}`);
        return new Promise<Embedding>((resolve, reject) => {
          if (broken) reject(broken);
          else queue.push({ pixels, resolve, reject });
        });
      });
      pump();
      return Promise.all(results);
    },
    async close() {
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      worker.ref();
      worker.postMessage('close');
      await exited;
    },
  };
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', (cause) =>
      reject(new InternalError('internal', 'the inference thread died', { cause })),
    );
    worker.once('message', (reply: WorkerReply & { problem: string; code?: string }) => {
      if (!reply.problem) resolve();
      else reject(new InternalError((reply.code ?? 'internal') as ProblemCode, reply.problem));
    });
  });
}

function split(
  reply: { features: Uint8Array; local: Int8Array | Uint8Array },
  i: number,
  zero: number,
): Embedding {
  const local = new Int16Array(LOCALS);
  for (let k = 0; k < LOCALS; k++) local[k] = reply.local[i * LOCALS + k]! - zero;
  return { features: reply.features.slice(i * FEATURES, (i + 1) * FEATURES), local };
}
