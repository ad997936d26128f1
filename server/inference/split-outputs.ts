import type { Embedding } from '../pipeline/fingerprint/index.ts';
import {
  FEATURE_CELLS,
  FEATURE_CHANNELS,
  LOCAL_DIMENSIONS,
  LOCAL_GRID,
} from '../pipeline/fingerprint/index.ts';
import type { TensorData } from './onnx-session.ts';

const FEATURES = FEATURE_CHANNELS * FEATURE_CELLS;
const LOCALS = LOCAL_DIMENSIONS * LOCAL_GRID * LOCAL_GRID;

/** The outputs of a run of the INT8 graph as one embedding a picture; copies, for the runtime's memory is its own. */
export function splitOutputs(
  { features, local }: { readonly features: TensorData; readonly local: TensorData },
  count: number,
  localZeroPoint: number,
): Embedding[] {
  return Array.from({ length: count }, (_, i) => {
    const own = new Int16Array(LOCALS);
    for (let k = 0; k < LOCALS; k++) own[k] = local[i * LOCALS + k]! - localZeroPoint;
    return { features: Uint8Array.from(features.subarray(i * FEATURES, (i + 1) * FEATURES)), local: own };
  });
}
