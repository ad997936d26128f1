import type { Digest } from '../../../domain/digest.ts';
import { readHead } from '../head.ts';
import type { IntegerLayer } from '../project.ts';

/** Numbers that the network gives for a window: 256 channels × 2 × 2 cells, in this order. */
export const AUDIO_FEATURES = 1024;

/** The linear layer on the features: weights 256 × 1024, row-major. */
export type AudioHead = IntegerLayer;

/** The audio network, wherever it runs. */
export interface AudioEmbedder {
  readonly modelDigest: Digest;
  readonly head: AudioHead;
  /**
   * Features 0…255 of windows (64 × 64 bytes each, band and frame), 1,024 each, in the order of the input; they do
   * not depend on what else is in the batch. Throws `InternalError` when the runtime fails.
   */
  embed(windows: readonly Uint8Array[]): Promise<Uint8Array[]>;
}

/** Reads `head.bin` of a network of sound, as `readHead`. */
export function readAudioHead(bytes: Uint8Array): AudioHead {
  return readHead(bytes, AUDIO_FEATURES);
}
