/**
 * Small faithful versions of the usual perceptual hashes, written for this bench from their descriptions:
 * PDQ (Facebook, 2019: two-pass Jarosz filter, 64×64, 16×16 DCT corner without the constant, median),
 * pHash (Zauner 2010: 32×32, 8×8 DCT corner, median), dHash (Krawetz 2013, here 17×16 = 256 bits),
 * blockhash (Yang, Gu, Niu 2006 as in blockhash.io: 16×16 block means against the median of four bands).
 */
import type { Raster } from '../../server/domain/media.ts';
import { resample } from '../../server/pipeline/fingerprint/index.ts';

/** Bits of a hash, one byte each, 0 or 1. */
export type Bits = Uint8Array;

/** A hash by name. */
export interface Peer {
  readonly name: string;
  hash(raster: Raster): Bits;
}

const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** Luminance 0…255 of a picture squashed to `side × side`. */
function gray(raster: Raster, side: number): Float64Array {
  const planes = resample(raster, WHOLE, side);
  const count = side * side;
  return Float64Array.from({ length: count }, (_, i) => {
    return 0.299 * planes[i]! + 0.587 * planes[i + count]! + 0.114 * planes[i + 2 * count]!;
  });
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Rows `first…first+count−1` and the same columns of the 2-D DCT-II of a square picture. */
function dctCorner(pixels: Float64Array, side: number, first: number, count: number): Float64Array {
  const base = Float64Array.from({ length: count * side }, (_, k) => {
    const frequency = first + Math.floor(k / side);
    return Math.cos((Math.PI / side) * ((k % side) + 0.5) * frequency) * Math.sqrt(2 / side);
  });
  const half = new Float64Array(count * side);
  for (let u = 0; u < count; u++) {
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += base[u * side + y]! * pixels[y * side + x]!;
      half[u * side + x] = sum;
    }
  }
  const out = new Float64Array(count * count);
  for (let u = 0; u < count; u++) {
    for (let v = 0; v < count; v++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += half[u * side + x]! * base[v * side + x]!;
      out[u * count + v] = sum;
    }
  }
  return out;
}

function aboveMedian(values: Float64Array): Bits {
  const middle = median(values);
  return Uint8Array.from(values, (value) => (value > middle ? 1 : 0));
}

/** Box filter along rows, then columns; twice gives the tent that PDQ uses. */
function jarosz(pixels: Float64Array, width: number, height: number): Float64Array {
  // A window of an 128th of the side, at least two pixels, as in the reference code.
  const alongX = Math.max(2, Math.ceil(width / 128));
  const alongY = Math.max(2, Math.ceil(height / 128));
  let out = pixels;
  for (let pass = 0; pass < 2; pass++) {
    out = boxFilter(out, width, height, alongX, 1, width);
    out = boxFilter(out, height, width, alongY, width, 1);
  }
  return out;
}

function boxFilter(
  from: Float64Array,
  length: number,
  lines: number,
  window: number,
  step: number,
  stride: number,
) {
  const out = new Float64Array(from.length);
  const before = window >> 1;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      const first = Math.max(0, i - before);
      const last = Math.min(length - 1, i - before + window - 1);
      let sum = 0;
      for (let k = first; k <= last; k++) sum += from[line * stride + k * step]!;
      out[line * stride + i * step] = sum / (last - first + 1);
    }
  }
  return out;
}

const pdq: Peer = {
  name: 'PDQ',
  hash(raster) {
    const { width, height, data } = raster;
    const luma = Float64Array.from({ length: width * height }, (_, i) => {
      return 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!;
    });
    const smooth = jarosz(luma, width, height);
    const small = Float64Array.from({ length: 64 * 64 }, (_, i) => {
      const x = Math.floor((((i % 64) + 0.5) * width) / 64);
      const y = Math.floor(((Math.floor(i / 64) + 0.5) * height) / 64);
      return smooth[y * width + x]!;
    });
    return aboveMedian(dctCorner(small, 64, 1, 16));
  },
};

const pHash: Peer = {
  name: 'pHash 64',
  hash: (raster) => aboveMedian(dctCorner(gray(raster, 32), 32, 1, 8)),
};

const dHash: Peer = {
  name: 'dHash 256',
  hash(raster) {
    const side = 17;
    const pixels = gray(raster, side);
    return Uint8Array.from({ length: 256 }, (_, i) => {
      const at = Math.floor(i / 16) * side + (i % 16);
      return pixels[at]! > pixels[at + 1]! ? 1 : 0;
    });
  },
};

const blockhash: Peer = {
  name: 'blockhash 256',
  hash(raster) {
    const blocks = gray(raster, 16);
    const bits = new Uint8Array(256);
    for (let band = 0; band < 4; band++) {
      bits.set(aboveMedian(blocks.subarray(band * 64, (band + 1) * 64)), band * 64);
    }
    return bits;
  },
};

/** The peers, strongest first. */
export const PEERS: readonly Peer[] = [pdq, dHash, pHash, blockhash];

/** Share of equal bits, 0…1. */
export function bitSimilarity(a: Bits, b: Bits): number {
  let equal = 0;
  for (let i = 0; i < a.length; i++) equal += a[i] === b[i] ? 1 : 0;
  return equal / a.length;
}
