/** Thread that runs the network: `InferenceSession.run` of onnxruntime-node blocks its thread until it is done. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Box, Raster } from '../domain/media.ts';
import type { Embedding, Head, RegionPrint } from '../pipeline/fingerprint/index.ts';
import { EMBED_SIDE, resample, toRegion } from '../pipeline/fingerprint/index.ts';
import type { OnnxSession, Provider } from './onnx-session.ts';
import { openOnnxSession } from './onnx-session.ts';
import { splitOutputs } from './split-outputs.ts';

/** What the thread is started with. */
export interface WorkerSetup {
  readonly path: string;
  readonly provider: Provider;
  readonly threads: number;
  readonly head: Head;
  /** Subtracted from the `local` output. */
  readonly localZeroPoint: number;
}

/** A batch to run: pictures ready for the network, or parts of rasters that the thread prepares itself. */
export type WorkerRequest =
  | { readonly kind: 'pixels'; readonly items: readonly Uint8Array[] }
  | { readonly kind: 'regions'; readonly items: readonly RegionItem[] };

/** A part of a raster; the raster's memory is shared, not copied. */
export interface RegionItem {
  readonly raster: Raster;
  readonly box: Box;
}

/** Results in the order of the items, or why there are none. The first message has no results and answers the start. */
export type WorkerReply =
  | { readonly kind: 'pixels'; readonly results: readonly Embedding[] }
  | { readonly kind: 'regions'; readonly results: readonly RegionPrint[] }
  | { readonly kind: 'problem'; readonly problem: string; readonly code?: string };

const port = parentPort!;
const setup = workerData as WorkerSetup;
const PICTURE = 3 * EMBED_SIDE * EMBED_SIDE;

async function answer(session: OnnxSession, request: WorkerRequest): Promise<WorkerReply> {
  const { items } = request;
  const pixels = new Uint8Array(items.length * PICTURE);
  items.forEach((item, i) => {
    const picture = 'raster' in item ? resample(item.raster, item.box, EMBED_SIDE) : item;
    pixels.set(picture, i * PICTURE);
  });
  const outputs = await session.run(pixels, items.length);
  const embeddings = splitOutputs(outputs, items.length, setup.localZeroPoint);
  if (request.kind === 'pixels') return { kind: 'pixels', results: embeddings };
  const results = embeddings.map((one, i) => toRegion(one, request.items[i]!.box, setup.head));
  return { kind: 'regions', results };
}

try {
  const session = await openOnnxSession(setup.path, setup.provider, setup.threads);
  port.on('message', (message: WorkerRequest | 'close') => {
    if (message === 'close') void session.close().then(() => port.close());
    else {
      answer(session, message).then(
        (reply) => port.postMessage(reply),
        (error) => port.postMessage({ kind: 'problem', problem: String(error) }),
      );
    }
  });
  port.postMessage({ kind: 'problem', problem: '' });
} catch (error) {
  port.postMessage({ kind: 'problem', problem: String(error), code: (error as { code?: string }).code });
}
