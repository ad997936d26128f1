import type { Digest } from '../../../domain/digest.ts';
import { VECTOR_DIMENSIONS } from '../../../domain/fingerprint.ts';
import { InternalError } from '../../../errors.ts';
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

/** Reads `head.bin`: int8 weights, int32 LE bias, int32 LE code thresholds. Throws `model_altered` on another length. */
export function readAudioHead(bytes: Uint8Array): AudioHead {
  const count = VECTOR_DIMENSIONS * AUDIO_FEATURES;
  if (bytes.byteLength !== count + 8 * VECTOR_DIMENSIONS) {
    throw new InternalError('model_altered', `the head has ${bytes.byteLength} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const integers = (from: number) =>
    Int32Array.from({ length: VECTOR_DIMENSIONS }, (_, i) => view.getInt32(from + 4 * i, true));
  return {
    weights: new Int8Array(bytes.subarray(0, count)),
    bias: integers(count),
    codeThreshold: integers(count + 4 * VECTOR_DIMENSIONS),
  };
}
