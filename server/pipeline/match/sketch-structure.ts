import type { Sketch } from '../../domain/fingerprint.ts';
import { CORRELATED_SIDE } from '../fingerprint/index.ts';

/** Side of a block and distance of blocks, in pixels of the sketch. */
export const BLOCK = CORRELATED_SIDE;
export const STEP = 8;

/** What a work's sketch is compared by: the same for every query, so kept as long as the sketch is. */
export interface Structure {
  readonly side: number;
  /** Band-passed brightness. */
  readonly values: Float32Array;
  /** Squared length of every block, row by row. */
  readonly energies: Float64Array;
}

const STRUCTURES = new WeakMap<Sketch, Structure[]>();

/** The sketch halved so many times, as its blocks are compared. */
export function structureOf(sketch: Sketch, halvings: number): Structure {
  const held = STRUCTURES.get(sketch) ?? [];
  STRUCTURES.set(sketch, held);
  held[halvings] ??= makeStructure(halvings === 0 ? sketch : halveSketch(sketch));
  return held[halvings]!;
}

function makeStructure({ side, luma }: Sketch): Structure {
  const values = bandPass(luma, side);
  const count = blocksAlong(side);
  const energies = Float64Array.from({ length: count * count }, (_, i) =>
    energyOf(values, side, STEP * (i % count), STEP * Math.floor(i / count)),
  );
  return { side, values, energies };
}

/** Blocks that fit along a side. */
export function blocksAlong(side: number): number {
  return side < BLOCK ? 0 : Math.floor((side - BLOCK) / STEP) + 1;
}

function halveSketch({ side, luma }: Sketch): Sketch {
  const half = side >> 1;
  const out = new Uint8Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const at = 2 * y * side + 2 * x;
      out[y * half + x] = (luma[at]! + luma[at + 1]! + luma[at + side]! + luma[at + side + 1]! + 2) >> 2;
    }
  }
  return { side: half, luma: out };
}

/** Mean over 3 × 3 less mean over 9 × 9. */
export function bandPass(luma: Uint8Array, side: number): Float32Array {
  const stride = side + 1;
  const sums = new Int32Array(stride * stride);
  for (let y = 0; y < side; y++) {
    let row = 0;
    for (let x = 0; x < side; x++) {
      row += luma[y * side + x]!;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  }
  const out = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const [near0, near1] = [Math.max(0, y - 1) * stride, Math.min(side, y + 2) * stride];
    const [far0, far1] = [Math.max(0, y - 4) * stride, Math.min(side, y + 5) * stride];
    const [nearRows, farRows] = [(near1 - near0) / stride, (far1 - far0) / stride];
    for (let x = 0; x < side; x++) {
      const a = x > 0 ? x - 1 : 0;
      const b = Math.min(x + 2, side);
      const c = x > 3 ? x - 4 : 0;
      const d = Math.min(x + 5, side);
      const near = sums[near1 + b]! - sums[near0 + b]! - sums[near1 + a]! + sums[near0 + a]!;
      const far = sums[far1 + d]! - sums[far0 + d]! - sums[far1 + c]! + sums[far0 + c]!;
      out[y * side + x] = near / (nearRows * (b - a)) - far / (farRows * (d - c));
    }
  }
  return out;
}

function energyOf(values: Float32Array, side: number, x: number, y: number): number {
  let sum = 0;
  for (let r = y; r < y + BLOCK; r++) {
    for (let c = x; c < x + BLOCK; c++) sum += values[r * side + c]! ** 2;
  }
  return sum;
}
