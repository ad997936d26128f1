import './no-telemetry.ts';

import { Worker } from 'node:worker_threads';
import type { Digest } from '../domain/digest.ts';
import type { Box, Raster } from '../domain/media.ts';
import type { ProblemCode } from '../errors.ts';
import { InternalError } from '../errors.ts';
import type { Embedder, Embedding, RegionPrint } from '../pipeline/fingerprint/index.ts';
import { EMBED_SIDE } from '../pipeline/fingerprint/index.ts';
import type { RegionItem, WorkerReply, WorkerRequest, WorkerSetup } from './embed-worker.ts';

const PIXELS = 3 * EMBED_SIDE * EMBED_SIDE;

/** What the embedder is made of besides the graph. */
export interface OnnxEmbedderOptions extends WorkerSetup {
  readonly modelDigest: Digest;
  readonly maxBatch: number;
  /** Threads that run the network side by side, each with a session of its own. */
  readonly lanes: number;
}

/** An embedder with threads to stop. */
export interface OnnxEmbedder extends Embedder {
  embedRegions(raster: Raster, boxes: readonly Box[]): Promise<RegionPrint[]>;
  close(): Promise<void>;
}

type Waiting = Wait<'pixels', Uint8Array, Embedding> | Wait<'regions', RegionItem, RegionPrint>;

interface Wait<Kind, Item, Result> {
  readonly kind: Kind;
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Lane {
  readonly worker: Worker;
  running: readonly Waiting[];
}

/**
 * Runs the INT8 graph in threads of its own. Pictures of all callers wait in one queue; whenever a thread is free it
 * takes up to `maxBatch` of them in one run. The graph is integer: neither the company in a batch nor the thread
 * changes anything.
 *
 * Throws `provider_unavailable`, `model_altered` at the start; results reject with `internal` when a run fails.
 */
export async function createOnnxEmbedder(options: OnnxEmbedderOptions): Promise<OnnxEmbedder> {
  const { path, provider, threads, head, localZeroPoint } = options;
  const setup: WorkerSetup = { path, provider, threads, head, localZeroPoint };
  const lanes: Lane[] = Array.from({ length: options.lanes }, () => {
    return {
      worker: new Worker(new URL('./embed-worker.ts', import.meta.url), { workerData: setup }),
      running: [],
    };
  });
  await startAll(lanes);
  const queue: Waiting[] = [];
  let broken: InternalError | undefined;

  const fail = (error: InternalError) => {
    broken ??= error;
    for (const lane of lanes) {
      for (const waiting of lane.running) waiting.reject(broken);
      lane.running = [];
    }
    for (const waiting of queue.splice(0)) waiting.reject(broken);
  };
  const pump = () => {
    for (const lane of lanes) {
      if (lane.running.length > 0 || queue.length === 0) continue;
      lane.running = takeBatch(queue, Math.min(options.maxBatch, Math.ceil(queue.length / lanes.length)));
      const request = { kind: lane.running[0]!.kind, items: lane.running.map(({ item }) => item) };
      lane.worker.postMessage(request as WorkerRequest);
      lane.worker.ref();
    }
  };
  for (const lane of lanes) {
    const { worker } = lane;
    worker.on('message', (reply: WorkerReply) => {
      const done = lane.running;
      lane.running = [];
      // An idle thread must not keep the process alive.
      worker.unref();
      settle(done, reply);
      pump();
    });
    worker.on('error', (cause) =>
      fail(new InternalError('internal', 'the inference thread died', { cause })),
    );
    worker.on('exit', () => fail(new InternalError('internal', 'the inference thread has stopped')));
    worker.unref();
  }
  const enqueue = <R>(make: (resolve: (result: R) => void, reject: (error: unknown) => void) => Waiting) =>
    new Promise<R>((resolve, reject) => {
      if (broken) reject(broken);
      else queue.push(make(resolve, reject));
    });

  return {
    modelDigest: options.modelDigest,
    head,
    embed(pictures) {
      const wrong = pictures.find((pixels) => pixels.length !== PIXELS);
      if (wrong) throw new RangeError(`a picture has ${wrong.length} bytes, not ${PIXELS}`);
      const results = pictures.map((item) =>
        enqueue<Embedding>((resolve, reject) => ({ kind: 'pixels', item, resolve, reject })),
      );
      pump();
      return Promise.all(results);
    },
    embedRegions(raster, boxes) {
      const shared = share(raster);
      const results = boxes.map((box) =>
        enqueue<RegionPrint>((resolve, reject) => {
          return { kind: 'regions', item: { raster: shared, box }, resolve, reject };
        }),
      );
      pump();
      return Promise.all(results);
    },
    async close() {
      const exited = lanes.map(({ worker }) => new Promise((resolve) => worker.once('exit', resolve)));
      for (const { worker } of lanes) {
        worker.ref();
        worker.postMessage('close');
      }
      await Promise.all(exited);
    },
  };
}

/** The first of the queue and those right behind it that are of its kind. */
function takeBatch(queue: Waiting[], most: number): Waiting[] {
  const kind = queue[0]!.kind;
  let count = 1;
  while (count < most && queue[count]?.kind === kind) count++;
  return queue.splice(0, count);
}

function settle(done: readonly Waiting[], reply: WorkerReply): void {
  done.forEach((waiting, i) => {
    if (reply.kind === 'problem') {
      waiting.reject(new InternalError('internal', `inference failed: ${reply.problem}`));
    } else waiting.resolve(reply.results[i] as Embedding & RegionPrint);
  });
}

const SHARED = new WeakMap<Raster, Raster>();

/** The raster in memory that threads share: it goes there once, however many parts of it are looked at. */
function share(raster: Raster): Raster {
  let shared = SHARED.get(raster);
  if (!shared) {
    const data = new Uint8Array(new SharedArrayBuffer(raster.data.length));
    data.set(raster.data);
    shared = { width: raster.width, height: raster.height, data };
    SHARED.set(raster, shared);
  }
  return shared;
}

/** Waits for all; when one cannot start, the others are ended. */
async function startAll(lanes: readonly Lane[]): Promise<void> {
  try {
    await Promise.all(lanes.map(({ worker }) => started(worker)));
  } catch (error) {
    await Promise.all(lanes.map(({ worker }) => worker.terminate()));
    throw error;
  }
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', (cause) =>
      reject(new InternalError('internal', 'the inference thread died', { cause })),
    );
    worker.once('message', (reply: { problem: string; code?: string }) => {
      if (!reply.problem) resolve();
      else reject(new InternalError((reply.code ?? 'internal') as ProblemCode, reply.problem));
    });
  });
}
