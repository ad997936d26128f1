import type { Box, Raster } from '../../domain/media.ts';
import { squeeze, type Taps } from './simd/squeeze.ts';

/** Weights of the filter add up to this, exactly, for every output pixel. */
const UNIT_BITS = 14;
const UNIT = 1 << UNIT_BITS;
/** Bits kept below the 8 of a sample between the two passes. */
const BETWEEN_BITS = 6;

/**
 * Resamples a rectangle of a raster to `side × side`, planar RGB (3 × side × side bytes), aspect ratio not kept.
 *
 * A triangle filter as wide as the reduction (so it averages when it shrinks and interpolates when it enlarges),
 * with 14-bit integer weights. Only IEEE basic operations and integers are used, so every engine and every CPU
 * gives the same bytes: evidence depends on them. `box` is in fractions and is clamped to the raster; a box
 * without area is read as one pixel.
 */
export function resample(raster: Raster, box: Box, side: number): Uint8Array {
  const [columns, rows] = tapsOf(raster, box, side);
  const precision = { unitBits: UNIT_BITS, betweenBits: BETWEEN_BITS };
  return squeeze(raster, columns, rows, side, precision) ?? squeezePlainly(raster, columns, rows, side);
}

/** The same without vectors; also what the tests compare with. */
export function resamplePlainly(raster: Raster, box: Box, side: number): Uint8Array {
  const [columns, rows] = tapsOf(raster, box, side);
  return squeezePlainly(raster, columns, rows, side);
}

function tapsOf(raster: Raster, box: Box, side: number): readonly [Taps, Taps] {
  return [
    makeTaps(raster.width, box.x * raster.width, box.width * raster.width, side),
    makeTaps(raster.height, box.y * raster.height, box.height * raster.height, side),
  ];
}

/** Both passes without vectors. */
function squeezePlainly(raster: Raster, columns: Taps, rows: Taps, side: number): Uint8Array {
  const firstRow = rows.start[0]!;
  const lastRow = rows.start[side - 1]! + rows.count;
  const between = squeezeColumns(raster, columns, side, firstRow, lastRow);
  return squeezeRows(between, rows, side, firstRow);
}

function makeTaps(length: number, from: number, extent: number, side: number): Taps {
  const scale = Math.max(extent, 1e-6) / side;
  const radius = Math.max(1, scale);
  const count = Math.min(length, Math.ceil(radius) * 2 + 1);
  const start = new Int32Array(side);
  const weights = new Int32Array(side * count);
  const raw = new Float64Array(count);
  for (let i = 0; i < side; i++) {
    const centre = from + (i + 0.5) * scale - 0.5;
    const first = Math.min(Math.max(0, Math.ceil(centre - radius)), length - count);
    start[i] = first;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      raw[k] = Math.max(0, radius - Math.abs(first + k - centre));
      sum += raw[k]!;
    }
    spreadUnit(raw, sum, weights, i * count);
  }
  return { start, weights, count };
}

/** Writes `raw / sum` as integers that add up to UNIT; what rounding leaves over goes to the largest. */
function spreadUnit(raw: Float64Array, sum: number, weights: Int32Array, at: number): void {
  let left = UNIT;
  let largest = 0;
  for (let k = 0; k < raw.length; k++) {
    // A centre outside the raster (a box that reaches over the edge) sees the nearest pixel only.
    const weight = sum > 0 ? Math.floor((raw[k]! * UNIT) / sum + 0.5) : 0;
    weights[at + k] = weight;
    left -= weight;
    if (raw[k]! > raw[largest]!) largest = k;
  }
  weights[at + largest] = weights[at + largest]! + left;
}

/** Horizontal pass over the rows that the vertical pass will read; planar, 8 + 6 bits. */
function squeezeColumns(raster: Raster, taps: Taps, side: number, first: number, last: number): Uint16Array {
  const { width, data } = raster;
  const { start, weights, count } = taps;
  const height = last - first;
  const out = new Uint16Array(3 * height * side);
  const plane = height * side;
  const half = 1 << (UNIT_BITS - BETWEEN_BITS - 1);
  for (let y = 0; y < height; y++) {
    const row = (y + first) * width;
    for (let x = 0; x < side; x++) {
      let r = half;
      let g = half;
      let b = half;
      let at = (row + start[x]!) * 3;
      for (let w = x * count; w < (x + 1) * count; w++, at += 3) {
        const weight = weights[w]!;
        r += weight * data[at]!;
        g += weight * data[at + 1]!;
        b += weight * data[at + 2]!;
      }
      const to = y * side + x;
      out[to] = r >> (UNIT_BITS - BETWEEN_BITS);
      out[to + plane] = g >> (UNIT_BITS - BETWEEN_BITS);
      out[to + 2 * plane] = b >> (UNIT_BITS - BETWEEN_BITS);
    }
  }
  return out;
}

function squeezeRows(between: Uint16Array, taps: Taps, side: number, first: number): Uint8Array {
  const { start, weights, count } = taps;
  const out = new Uint8Array(3 * side * side);
  const plane = between.length / 3;
  const sums = new Int32Array(side);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < side; y++) {
      sums.fill(1 << (UNIT_BITS + BETWEEN_BITS - 1));
      for (let k = 0; k < count; k++) {
        const weight = weights[y * count + k]!;
        if (weight === 0) continue;
        const row = channel * plane + (start[y]! + k - first) * side;
        for (let x = 0; x < side; x++) sums[x] = sums[x]! + weight * between[row + x]!;
      }
      const to = (channel * side + y) * side;
      for (let x = 0; x < side; x++) out[to + x] = sums[x]! >> (UNIT_BITS + BETWEEN_BITS);
    }
  }
  return out;
}
