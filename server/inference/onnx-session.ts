import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InternalError } from '../errors.ts';
import { EMBED_SIDE } from '../pipeline/fingerprint/index.ts';

/** Where a graph can run. `cuda` and `tensorrt` need onnxruntime's GPU libraries beside the package. */
export type Provider = 'cpu' | 'cuda' | 'tensorrt';

/** One loaded graph; `run` blocks the calling thread, so the service keeps it in a worker. */
export interface OnnxSession {
  /** `pixels` is `count` pictures of 3 × 192 × 192 bytes. Output arrays as the graph gives them, batch first. */
  run(pixels: Uint8Array, count: number): Promise<{ features: TensorData; local: TensorData }>;
  close(): Promise<void>;
}

export type TensorData = Uint8Array | Int8Array | Float32Array;

/**
 * Loads a graph. Throws `InternalError('provider_unavailable')` when the provider's library is absent, and
 * `model_altered` when the file is no graph of the expected form.
 */
export async function openOnnxSession(
  path: string,
  provider: Provider,
  threads: number,
): Promise<OnnxSession> {
  const session = await createSession(path, provider, threads);
  if (!session.inputNames.includes('pixels') || !session.outputNames.includes('features')) {
    throw new InternalError('model_altered', 'the graph has not the inputs and outputs of an image model');
  }
  return {
    async run(pixels, count) {
      const input = new Tensor('uint8', pixels, [count, 3, EMBED_SIDE, EMBED_SIDE]);
      const outputs = await session.run({ pixels: input });
      return {
        features: outputs['features']!.data as TensorData,
        local: outputs['local']!.data as TensorData,
      };
    },
    close: () => session.release(),
  };
}

async function createSession(path: string, provider: Provider, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    });
  } catch (cause) {
    if (provider !== 'cpu') {
      throw new InternalError('provider_unavailable', `onnxruntime cannot use ${provider} here`, { cause });
    }
    throw new InternalError('model_altered', 'onnxruntime cannot load the graph', { cause });
  }
}
