/** Thread that runs the network: `InferenceSession.run` of onnxruntime-node blocks its thread until it is done. */
import { parentPort, workerData } from 'node:worker_threads';
import type { OnnxSession, Provider } from './onnx-session.ts';
import { openOnnxSession } from './onnx-session.ts';

/** What the thread is started with. */
export interface WorkerSetup {
  readonly path: string;
  readonly provider: Provider;
  readonly threads: number;
}

/** A batch to run; `pixels` is `count` pictures one after the other. */
export interface WorkerRequest {
  readonly id: number;
  readonly pixels: Uint8Array;
  readonly count: number;
}

/** `id` −1 answers the start. */
export type WorkerReply =
  | { readonly id: number; readonly features: Uint8Array; readonly local: Int8Array | Uint8Array }
  | { readonly id: number; readonly problem: string; readonly code?: string };

const port = parentPort!;
const setup = workerData as WorkerSetup;

async function answer(session: OnnxSession, request: WorkerRequest): Promise<void> {
  try {
    const { features, local } = await session.run(request.pixels, request.count);
    // Copies: the runtime's own memory must not be detached by the transfer.
    const reply = { id: request.id, features: features.slice(), local: local.slice() };
    port.postMessage(reply, [reply.features.buffer as ArrayBuffer, reply.local.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ id: request.id, problem: String(error) });
  }
}

try {
  const session = await openOnnxSession(setup.path, setup.provider, setup.threads);
  port.on('message', (message: WorkerRequest | 'close') => {
    if (message === 'close') void session.close().then(() => port.close());
    else void answer(session, message);
  });
  port.postMessage({ id: -1, problem: '' });
} catch (error) {
  port.postMessage({ id: -1, problem: String(error), code: (error as { code?: string }).code });
}
