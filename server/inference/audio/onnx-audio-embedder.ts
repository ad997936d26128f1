import '../no-telemetry.ts';

import { Worker } from 'node:worker_threads';
import type { Digest } from '../../domain/digest.ts';
import { InternalError } from '../../errors.ts';
import type { AudioEmbedder, AudioHead } from '../../pipeline/fingerprint/audio/index.ts';
import { AUDIO_FEATURES, BANDS, WINDOW_FRAMES } from '../../pipeline/fingerprint/audio/index.ts';
import type { AudioReply, AudioRequest } from './audio-worker.ts';

const PIXELS = BANDS * WINDOW_FRAMES;

/** What the embedder is made of besides the graph. */
export interface AudioEmbedderOptions {
  readonly path: string;
  readonly threads: number;
  readonly modelDigest: Digest;
  readonly head: AudioHead;
}

/** An embedder with a thread to stop. */
export interface OnnxAudioEmbedder extends AudioEmbedder {
  close(): Promise<void>;
}

interface Waiting {
  readonly request: AudioRequest;
  resolve(features: Uint8Array): void;
  reject(error: unknown): void;
}

/**
 * Runs the INT8 graph in a thread of its own, one batch after the other. The graph is integer: what else is in a
 * batch changes nothing. Throws `model_altered` at the start; `embed` rejects with `internal` when a run fails.
 */
export async function createOnnxAudioEmbedder(options: AudioEmbedderOptions): Promise<OnnxAudioEmbedder> {
  const { path, threads, modelDigest, head } = options;
  const worker = new Worker(new URL('./audio-worker.ts', import.meta.url), { workerData: { path, threads } });
  await started(worker);
  const queue: Waiting[] = [];
  let running: Waiting | undefined;
  let broken: InternalError | undefined;
  const fail = (error: InternalError) => {
    broken ??= error;
    for (const waiting of [...(running ? [running] : []), ...queue.splice(0)]) waiting.reject(broken);
    running = undefined;
  };
  const pump = () => {
    if (running) return;
    running = queue.shift();
    if (!running) return;
    worker.postMessage(running.request, [running.request.pixels.buffer as ArrayBuffer]);
    worker.ref();
  };
  worker.on('message', (reply: AudioReply) => {
    const done = running;
    running = undefined;
    // An idle thread must not keep the process alive.
    worker.unref();
    if ('problem' in reply) done?.reject(new InternalError('internal', `inference failed: ${reply.problem}`));
    else done?.resolve(reply.features!);
    pump();
  });
  worker.on('error', (cause) => fail(new InternalError('internal', 'the inference thread died', { cause })));
  worker.on('exit', () => fail(new InternalError('internal', 'the inference thread has stopped')));
  worker.unref();

  return {
    modelDigest,
    head,
    async embed(windows) {
      if (windows.length === 0) return [];
      const pixels = new Uint8Array(windows.length * PIXELS);
      for (const [i, window] of windows.entries()) {
        if (window.length !== PIXELS)
          throw new RangeError(`a window has ${window.length} bytes, not ${PIXELS}`);
        pixels.set(window, i * PIXELS);
      }
      const features = await new Promise<Uint8Array>((resolve, reject) => {
        if (broken) return reject(broken);
        queue.push({ request: { pixels, count: windows.length }, resolve, reject });
        pump();
      });
      return windows.map((_, i) => features.subarray(i * AUDIO_FEATURES, (i + 1) * AUDIO_FEATURES));
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
    worker.once('message', (reply: AudioReply) => {
      if ('problem' in reply) reject(new InternalError('model_altered', `the audio graph: ${reply.problem}`));
      else resolve();
    });
  });
}
