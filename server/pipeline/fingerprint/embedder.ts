import type { Digest } from '../../domain/digest.ts';
import type { LocalMap, PrintSegment } from '../../domain/fingerprint.ts';
import type { Box, Raster } from '../../domain/media.ts';

/** Side of the square picture that the network sees, in pixels. */
export const EMBED_SIDE = 192;
/** Channels and cells of the network's last feature map: `features[c * FEATURE_CELLS + cell]`. */
export const FEATURE_CHANNELS = 512;
export const FEATURE_CELLS = 36;
/** Dense local descriptors: `local[d * LOCAL_GRID * LOCAL_GRID + row * LOCAL_GRID + column]`. */
export const LOCAL_DIMENSIONS = 64;
export const LOCAL_GRID = 12;

/** What the network gives for one 192×192 picture: integers, the zero points already subtracted. */
export interface Embedding {
  /** 512 × 36 values 0…255 (after ReLU). */
  readonly features: Uint8Array;
  /** 64 × 144 values, not normalized. */
  readonly local: Int16Array;
}

/** The linear layer after pooling, as integers; shapes in the card of the model. */
export interface Head {
  /** 256 × 512, row-major. */
  readonly weights: Int8Array;
  /** 256. */
  readonly bias: Int32Array;
  /** 256: code bit d is set when the projection exceeds it. */
  readonly codeThreshold: Int32Array;
}

/** A part of a picture seen by the network: its segment and its local descriptors. */
export interface RegionPrint {
  readonly segment: PrintSegment;
  readonly local: LocalMap;
}

/** The network, wherever it runs: onnxruntime in the service, WebAssembly in a browser. */
export interface Embedder {
  readonly modelDigest: Digest;
  readonly head: Head;
  /**
   * Embeds pictures, each 3 × 192 × 192 bytes, planar RGB. Results come in the order of the input and do not
   * depend on what else is in the batch. Throws `InternalError` when the runtime fails.
   */
  embed(pixels: readonly Uint8Array[]): Promise<Embedding[]>;
  /**
   * All that `fingerprintRegions` does, where the network runs: several parts at once, off the calling thread. Left out
   * by engines without threads. The same results, bit by bit.
   */
  embedRegions?(raster: Raster, boxes: readonly Box[]): Promise<RegionPrint[]>;
}
