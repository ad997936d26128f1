import type { Digest } from '../../../domain/digest.ts';
import { toHex } from '../../../domain/digest.ts';
import type { Vector } from '../../../domain/fingerprint.ts';
import { VECTOR_DIMENSIONS } from '../../../domain/fingerprint.ts';
import { InternalError } from '../../../errors.ts';
import { normalizeExactly } from '../vector.ts';

/** Numbers that the network gives for a window: 256 channels × 2 × 2 cells, in this order. */
export const AUDIO_FEATURES = 1024;
const VECTOR_SCALE = 512;

/** The linear layer on the features, as integers; shapes in the card of the model. */
export interface AudioHead {
  /** 256 × 1024, row-major. */
  readonly weights: Int8Array;
  /** 256. */
  readonly bias: Int32Array;
  /** 256: code bit d is set when the projection exceeds it. */
  readonly codeThreshold: Int32Array;
}

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
    weights: Int8Array.from(bytes.subarray(0, count), (byte) => (byte << 24) >> 24),
    bias: integers(count),
    codeThreshold: integers(count + 4 * VECTOR_DIMENSIONS),
  };
}

/** Vector and code of a window from its features, in exact integers (formula: the model's card). */
export function projectAudio(
  features: Uint8Array,
  head: AudioHead,
): { readonly code: Digest; readonly vector: Vector } {
  const projected = new Float64Array(VECTOR_DIMENSIONS);
  const code = new Uint8Array(VECTOR_DIMENSIONS / 8);
  const { weights, bias, codeThreshold } = head;
  for (let d = 0; d < VECTOR_DIMENSIONS; d++) {
    // 1024 · 127 · 255 < 2^25: stays an int32, which engines add fastest.
    let sum = 0;
    const row = d * AUDIO_FEATURES;
    for (let i = 0; i < AUDIO_FEATURES; i++) sum = (sum + weights[row + i]! * features[i]!) | 0;
    projected[d] = sum + bias[d]!;
    if (projected[d]! > codeThreshold[d]!) code[d >> 3] = code[d >> 3]! | (0x80 >> (d & 7));
  }
  return { vector: normalizeExactly(projected, VECTOR_SCALE), code: toHex(code) };
}
