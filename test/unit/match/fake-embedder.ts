import type { Raster } from '../../../server/domain/media.ts';
import type { Embedder, Embedding, Head } from '../../../server/pipeline/fingerprint/index.ts';

const SIDE = 192;

function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
}

/** Mean colours of a `count × count` grid of a planar picture: [channel][row][column]. */
function grid(pixels: Uint8Array, count: number): Float64Array {
  const out = new Float64Array(3 * count * count);
  const size = SIDE / count;
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const cell = (c * count + Math.floor(y / size)) * count + Math.floor(x / size);
        out[cell] = out[cell]! + pixels[(c * SIDE + y) * SIDE + x]! / (size * size);
      }
    }
  }
  return out;
}

/**
 * A network stand-in that a test can check by hand: features are random mixtures of the colours of 6 × 6 cells, local
 * descriptors are random mixtures of the 4 × 4 colours within a cell. Alike pictures give alike answers.
 */
export function makeFakeEmbedder(): Embedder & { readonly seen: number[] } {
  const random = noise(17);
  const mix = Float64Array.from({ length: 512 * 108 }, random);
  const localMix = Float64Array.from({ length: 64 * 48 }, random);
  const head: Head = {
    weights: Int8Array.from({ length: 256 * 512 }, () => Math.round(random() * 126)),
    bias: new Int32Array(256),
    codeThreshold: new Int32Array(256),
  };
  const seen: number[] = [];
  const embedOne = (pixels: Uint8Array): Embedding => {
    const coarse = grid(pixels, 6);
    const features = new Uint8Array(512 * 36);
    for (let c = 0; c < 512; c++) {
      let sum = 0;
      for (let i = 0; i < 108; i++) sum += mix[c * 108 + i]! * (coarse[i]! - 128);
      features.fill(Math.max(0, Math.min(255, Math.round(sum / 6))), c * 36, (c + 1) * 36);
    }
    const fine = grid(pixels, 48);
    const local = new Int16Array(64 * 144);
    for (let cell = 0; cell < 144; cell++) {
      const row = Math.floor(cell / 12) * 4;
      const column = (cell % 12) * 4;
      for (let d = 0; d < 64; d++) {
        let sum = 0;
        for (let i = 0; i < 48; i++) {
          const at = ((i >> 4) * 48 + row + ((i >> 2) & 3)) * 48 + column + (i & 3);
          sum += localMix[d * 48 + i]! * (fine[at]! - 128);
        }
        local[d * 144 + cell] = Math.round(sum);
      }
    }
    return { features, local };
  };
  return {
    modelDigest: `0x${'fa'.repeat(32)}`,
    head,
    seen,
    async embed(pixels) {
      seen.push(pixels.length);
      return pixels.map(embedOne);
    },
  };
}

/** A picture of many soft blobs; another seed gives another picture. */
export function blobs(seed: number, width = 240, height = 180): Raster {
  const random = noise(seed * 7919 + 13);
  const spots = Array.from({ length: 40 }, () => ({
    x: (random() + 0.5) * width,
    y: (random() + 0.5) * height,
    r: 8 + 30 * (random() + 0.5),
    colour: [random() * 400, random() * 400, random() * 400],
  }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const sums = [128, 128, 128];
      for (const spot of spots) {
        const near = Math.exp(-((x - spot.x) ** 2 + (y - spot.y) ** 2) / spot.r ** 2);
        for (let c = 0; c < 3; c++) sums[c] = sums[c]! + near * spot.colour[c]!;
      }
      for (let c = 0; c < 3; c++) data[at + c] = Math.max(0, Math.min(255, sums[c]!));
    }
  }
  return { width, height, data };
}
