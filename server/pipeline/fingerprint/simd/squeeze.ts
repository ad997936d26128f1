import type { Raster } from '../../../domain/media.ts';
import { alignUp } from './dot-products.ts';
import { simdMachine } from './machine.ts';

/** A row of filter weights for every output index. */
export interface Taps {
  /** First source index of every output index. */
  readonly start: Int32Array;
  readonly weights: Int32Array;
  /** Weights an output index. */
  readonly count: number;
}

/** Fixed point of the two passes: bits of a weight, and bits kept below the 8 of a sample in between. */
export interface Precision {
  readonly unitBits: number;
  readonly betweenBits: number;
}

/** A kernel reads eight bytes where it wants six. */
const SLACK = 16;

/**
 * Both passes of `resample` on the vector machine: planar RGB, the same bytes as the plain passes. Null where there is none
 * or the side is no multiple of eight.
 */
export function squeeze(raster: Raster, across: Taps, down: Taps, side: number, precision: Precision) {
  const machine = side % 8 === 0 ? simdMachine() : null;
  if (!machine) return null;
  const { unitBits, betweenBits } = precision;
  const trimmed = trim(across, raster.width);
  const first = down.start[0]!;
  const rows = down.start[side - 1]! + down.count - first;
  const rowBytes = raster.width * 3;
  const startsAt = alignUp(rows * rowBytes + SLACK);
  const weightsAt = alignUp(startsAt + 4 * side);
  const betweenAt = alignUp(weightsAt + 4 * side * trimmed.pairs);
  const planeBytes = 2 * rows * side;
  const downAt = alignUp(betweenAt + 3 * planeBytes);
  const outAt = alignUp(downAt + 2 * down.weights.length);
  const memory = machine.reserve(outAt + 3 * side * side);
  const bytes = new Uint8Array(memory);
  bytes.set(raster.data.subarray(first * rowBytes, (first + rows) * rowBytes));
  new Int32Array(memory, startsAt, side).set(trimmed.start);
  new Int16Array(memory, weightsAt, trimmed.weights.length).set(trimmed.weights);
  new Int16Array(memory, downAt, down.weights.length).set(down.weights);
  const shift = unitBits - betweenBits;
  machine.columns(
    ...[0, rowBytes, rows, startsAt, weightsAt, trimmed.pairs, side],
    ...[betweenAt, planeBytes, 1 << (shift - 1), shift],
  );
  const lastShift = unitBits + betweenBits;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < side; y++) {
      const source = betweenAt + channel * planeBytes + 2 * (down.start[y]! - first) * side;
      const weights = downAt + 2 * y * down.count;
      const to = outAt + (channel * side + y) * side;
      machine.rows(source, 2 * side, weights, down.count, side, to, 1 << (lastShift - 1), lastShift);
    }
  }
  return bytes.slice(outAt, outAt + 3 * side * side);
}

/** Weights without the zeros at their ends, filled up to an even number; starts in bytes of interleaved RGB. */
function trim({ start, weights, count }: Taps, width: number) {
  const side = start.length;
  const begin = new Int32Array(side);
  let longest = 1;
  for (let i = 0; i < side; i++) {
    let from = 0;
    let to = count;
    while (from < count - 1 && weights[i * count + from] === 0) from++;
    while (to > from + 1 && weights[i * count + to - 1] === 0) to--;
    begin[i] = from;
    longest = Math.max(longest, to - from);
  }
  const pairs = (longest + 1) >> 1;
  const out = new Int16Array(2 * pairs * side);
  const starts = new Int32Array(side);
  for (let i = 0; i < side; i++) {
    // Near the right side start earlier rather than read beyond the row.
    const from = Math.max(0, Math.min(start[i]! + begin[i]!, width - 2 * pairs));
    starts[i] = 3 * from;
    for (let k = 0; k < 2 * pairs; k++) {
      const source = from + k - start[i]!;
      out[i * 2 * pairs + k] = source >= 0 && source < count ? weights[i * count + source]! : 0;
    }
  }
  return { start: starts, weights: out, pairs };
}
