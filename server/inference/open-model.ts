import type { Digest } from '../domain/digest.ts';
import type { Policy } from '../domain/match.ts';
import type { Embedder } from '../pipeline/fingerprint/index.ts';
import type { Background, Calibration } from '../pipeline/match/index.ts';
import type { ModelCard } from './model-card.ts';

/** Where and how the network runs. */
export interface ModelOptions {
  readonly provider?: 'cpu' | 'cuda' | 'tensorrt';
  /** Threads of one inference; default 1. Results do not depend on it. */
  readonly threads?: number;
  /** Most pictures in one run of the network; requests that wait together share a run. Default 8. */
  readonly maxBatch?: number;
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

/**
 * Loads a model folder. Throws `InternalError`: `model_missing`, `model_altered`, `provider_unavailable`.
 */
export async function openModel(_directory: string, _options: ModelOptions = {}): Promise<Model> {
  throw new Error('being written');
}
