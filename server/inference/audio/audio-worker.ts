/** Thread that runs the audio network (compare `embed-worker.ts`). */
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { BANDS, WINDOW_FRAMES } from '../../pipeline/fingerprint/audio/index.ts';

/** A batch to run: `count` windows one after the other. */
export interface AudioRequest {
  readonly pixels: Uint8Array;
  readonly count: number;
}

/** The first reply answers the start and has no features. */
export type AudioReply = { readonly features?: Uint8Array } | { readonly problem: string };

const port = parentPort!;
const { path, threads } = workerData as { readonly path: string; readonly threads: number };

try {
  const session = await InferenceSession.create(path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  });
  port.on('message', async (message: AudioRequest | 'close') => {
    if (message === 'close') {
      await session.release();
      port.close();
      return;
    }
    try {
      const input = new Tensor('uint8', message.pixels, [message.count, 1, BANDS, WINDOW_FRAMES]);
      const outputs = await session.run({ pixels: input });
      // A copy: the runtime's own memory must not be detached by the transfer.
      const features = (outputs['features']!.data as Uint8Array).slice();
      port.postMessage({ features } satisfies AudioReply, [features.buffer]);
    } catch (error) {
      port.postMessage({ problem: String(error) } satisfies AudioReply);
    }
  });
  port.postMessage({} satisfies AudioReply);
} catch (error) {
  port.postMessage({ problem: String(error) } satisfies AudioReply);
}
