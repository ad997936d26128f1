import { alignUp } from './dot-products.ts';
import { CORRELATED_SIDE } from './kernels.ts';
import { simdMachine } from './machine.ts';

/**
 * For `down × across` places of a 12 × 12 square, from (x, y) of the second picture on: the sum of its products with
 * the square of the first picture at (blockX, blockY), and of its own squares; pairs, row by row.
 */
export type Correlator = (
  blockX: number,
  blockY: number,
  x: number,
  y: number,
  across: number,
  down: number,
) => Float32Array;

/** Lays two square pictures of one side side by side. What it gives is overwritten by the next call of anything here. */
export function openCorrelator(first: Float32Array, second: Float32Array, side: number): Correlator {
  const machine = simdMachine();
  if (!machine) return plainCorrelator(first, second, side);
  const secondAt = alignUp(first.byteLength);
  const outAt = alignUp(secondAt + second.byteLength);
  const memory = machine.reserve(outAt + PLACES * 8);
  const floats = new Float32Array(memory);
  floats.set(first, 0);
  floats.set(second, secondAt / 4);
  const out = new Float32Array(memory, outAt, 2 * PLACES);
  return (blockX, blockY, x, y, across, down) => {
    const block = 4 * (blockY * side + blockX);
    machine.correlate(block, secondAt + 4 * (y * side + x), 4 * side, across, down, outAt);
    return out;
  };
}

/** Most places of one call. */
const PLACES = 1024;

/** The same without vectors; also what the tests compare with. */
export function plainCorrelator(first: Float32Array, second: Float32Array, side: number): Correlator {
  const out = new Float32Array(2 * PLACES);
  return (blockX, blockY, x, y, across, down) => {
    for (let place = 0; place < across * down; place++) {
      const [left, top] = [x + (place % across), y + Math.floor(place / across)];
      let cross = 0;
      let own = 0;
      for (let r = 0; r < CORRELATED_SIDE; r++) {
        for (let c = 0; c < CORRELATED_SIDE; c++) {
          const value = second[(top + r) * side + left + c]!;
          cross += first[(blockY + r) * side + blockX + c]! * value;
          own += value * value;
        }
      }
      out[2 * place] = cross;
      out[2 * place + 1] = own;
    }
    return out;
  };
}
