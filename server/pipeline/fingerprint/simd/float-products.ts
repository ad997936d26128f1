import { alignUp, sumProducts } from './dot-products.ts';
import { simdMachine } from './machine.ts';

/** Floats of a vector must be a multiple of this for the machine. */
const LANES = 16;

/**
 * Products of every row of `left` with every row of `right`, `length` floats a row: `out[i · rows of right + j]`. Sums are
 * made in single precision.
 */
export function floatProducts(left: Float32Array, right: Float32Array, length: number): Float32Array {
  const [m, n] = [left.length / length, right.length / length];
  const machine = length % LANES === 0 && m > 0 && n > 0 ? simdMachine() : null;
  if (!machine) return plainFloatProducts(left, right, length);
  const rightAt = alignUp(left.byteLength);
  const outAt = alignUp(rightAt + right.byteLength);
  const memory = machine.reserve(outAt + 4 * m * n);
  const floats = new Float32Array(memory);
  floats.set(left, 0);
  floats.set(right, rightAt / 4);
  const bytes = 4 * length;
  for (let i = 0; i < m; i++) machine.products(i * bytes, rightAt, n, bytes, outAt + 4 * i * n);
  return new Float32Array(memory, outAt, m * n).slice();
}

/** The same without vectors; also what the tests compare with. */
export function plainFloatProducts(left: Float32Array, right: Float32Array, length: number): Float32Array {
  return sumProducts(left, right, length, new Float32Array((left.length / length) * (right.length / length)));
}
