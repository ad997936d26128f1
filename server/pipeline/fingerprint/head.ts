import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';
import { InternalError } from '../../errors.ts';
import type { Head } from './embedder.ts';
import { FEATURE_CHANNELS } from './embedder.ts';

/**
 * Reads `head.bin`: int8 weights [256 × `features`], int32 LE bias [256], int32 LE code thresholds [256].
 * Throws `InternalError('model_altered')` on another length.
 */
export function readHead(bytes: Uint8Array, features: number = FEATURE_CHANNELS): Head {
  const count = VECTOR_DIMENSIONS * features;
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
