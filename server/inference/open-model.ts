import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Digest } from '../domain/digest.ts';
import type { Policy } from '../domain/match.ts';
import type { Embedder } from '../pipeline/fingerprint/index.ts';
import { computeModelDigest, readHead } from '../pipeline/fingerprint/index.ts';
import type { Background, Calibration } from '../pipeline/match/index.ts';
import { makeBackground, UNCALIBRATED } from '../pipeline/match/index.ts';
import type { ModelCard } from './model-card.ts';
import { readModelFolder } from './model-card.ts';
import { createOnnxEmbedder } from './onnx-embedder.ts';
import type { Provider } from './onnx-session.ts';

/** Where and how the network runs. */
export interface ModelOptions {
  readonly provider?: Provider;
  /** Threads of one inference; default 1. Results do not depend on it. */
  readonly threads?: number;
  /** Most pictures in one run of the network; requests that wait together share a run. Default 8. */
  readonly maxBatch?: number;
  /** Runs of the network side by side; default one a processor, at most four, and one on a graphics card. */
  readonly lanes?: number;
}

/** A loaded, digest-checked model. */
export interface Model {
  readonly embedder: Embedder;
  readonly digest: Digest;
  readonly card: ModelCard;
  readonly background: Background;
  readonly calibration: Calibration;
  readonly policy: Policy;
  close(): Promise<void>;
}

/** Policy of a model without thresholds: nothing is called a copy without a person. */
const UNCALIBRATED_POLICY: Policy = {
  version: 'uncalibrated',
  copyProbability: 0.999,
  reviewProbability: 0.5,
};

/**
 * Loads a model folder and starts its inference thread.
 *
 * Throws `InternalError`: `model_missing`, `model_altered` (a digest is not the card's), `provider_unavailable`.
 */
export async function openModel(directory: string, options: ModelOptions = {}): Promise<Model> {
  const { card, files } = await readModelFolder(directory);
  const digest = computeModelDigest(card.files);
  const embedder = await createOnnxEmbedder({
    path: join(directory, 'int8.onnx'),
    provider: options.provider ?? 'cpu',
    threads: options.threads ?? 1,
    maxBatch: options.maxBatch ?? 8,
    lanes: options.lanes ?? defaultLanes(options.provider ?? 'cpu'),
    modelDigest: digest,
    head: readHead(files.get('head.bin')!),
    localZeroPoint: card.outputs.local.int8.zeroPoint,
  });
  const { thresholds } = card;
  return {
    embedder,
    digest,
    card,
    background: makeBackground(asInt8(files.get('background.bin')!)),
    calibration: thresholds?.calibration ?? UNCALIBRATED,
    policy: thresholds
      ? {
          version: thresholds.version,
          copyProbability: thresholds.copyProbability,
          reviewProbability: thresholds.reviewProbability,
        }
      : UNCALIBRATED_POLICY,
    close: () => embedder.close(),
  };
}

function defaultLanes(provider: Provider): number {
  return provider === 'cpu' ? Math.min(4, availableParallelism()) : 1;
}

function asInt8(bytes: Uint8Array): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
