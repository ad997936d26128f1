import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Raster } from '../../server/domain/media.ts';
import { WHOLE } from '../../server/domain/media.ts';
import { readModelFolder } from '../../server/inference/model-card.ts';
import { openOnnxSession } from '../../server/inference/onnx-session.ts';
import {
  EMBED_SIDE,
  FEATURE_CELLS,
  FEATURE_CHANNELS,
  resample,
} from '../../server/pipeline/fingerprint/index.ts';
import type { Prediction } from './matching-metrics.ts';

/** Answers kept a query: those further down change no figure. */
const KEPT = 20;

/** Unit vectors by id; float, so that INT8 and FP32 go through the same comparison. */
export type Vectors = ReadonlyMap<string, Float64Array>;

/** A vector scaled to length one; zeros stay zeros. */
export function toUnit(values: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(values);
  let squares = 0;
  for (const value of out) squares += value * value;
  const length = Math.sqrt(squares);
  return length === 0 ? out : out.map((value) => value / length);
}

/** Compares every query with every reference by `similarity` and keeps the best answers of each. */
export function compareAll<T>(
  queries: ReadonlyMap<string, T>,
  references: ReadonlyMap<string, T>,
  similarity: (a: T, b: T) => number,
  offset: (query: string) => number = () => 0,
): Prediction[] {
  const out: Prediction[] = [];
  for (const [query, a] of queries) {
    const less = offset(query);
    const all: Prediction[] = [];
    for (const [reference, b] of references) all.push({ query, reference, score: similarity(a, b) - less });
    all.sort((x, y) => y.score - x.score);
    out.push(...all.slice(0, KEPT));
  }
  return out;
}

/** Inner product. */
export function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The FP32 network of a model folder: raster to unit vector, by the formula of its card in floats. */
export interface FloatNetwork {
  embed(rasters: readonly Raster[]): Promise<Float64Array[]>;
  close(): Promise<void>;
}

/** Opens `fp32.onnx` and `head32.bin`. Throws `model_altered` when they are not those of the card. */
export async function openFloatNetwork(directory: string, threads: number): Promise<FloatNetwork> {
  await readModelFolder(directory, { floats: true });
  const session = await openOnnxSession(join(directory, 'fp32.onnx'), 'cpu', threads);
  const bytes = await readFile(join(directory, 'head32.bin'));
  const head = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return {
    async embed(rasters) {
      const size = 3 * EMBED_SIDE * EMBED_SIDE;
      const pixels = new Uint8Array(rasters.length * size);
      rasters.forEach((raster, i) => {
        pixels.set(resample(raster, WHOLE, EMBED_SIDE), i * size);
      });
      const { features } = await session.run(pixels, rasters.length);
      return rasters.map((_, i) => projectFloats(features as Float32Array, i, head));
    },
    close: () => session.close(),
  };
}

function projectFloats(features: Float32Array, picture: number, head: Float32Array): Float64Array {
  const pooled = new Float64Array(FEATURE_CHANNELS);
  for (let c = 0; c < FEATURE_CHANNELS; c++) {
    const at = (picture * FEATURE_CHANNELS + c) * FEATURE_CELLS;
    let sum = 0;
    for (let i = 0; i < FEATURE_CELLS; i++) sum += features[at + i]! ** 3;
    pooled[c] = Math.cbrt(sum);
  }
  const out = new Float64Array(256);
  for (let d = 0; d < 256; d++) {
    let sum = head[256 * FEATURE_CHANNELS + d]!;
    for (let c = 0; c < FEATURE_CHANNELS; c++) sum += head[d * FEATURE_CHANNELS + c]! * pooled[c]!;
    out[d] = sum;
  }
  return toUnit(out);
}
