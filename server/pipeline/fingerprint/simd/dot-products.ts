import { simdMachine } from './machine.ts';

/**
 * Exact integer products of every row of `left` with every row of `right`, both int8 with `length` components a row:
 * `out[i · rows of right + j]`.
 */
export function dotProducts(left: Int8Array, right: Int8Array, length: number): Int32Array {
  const [m, n] = [left.length / length, right.length / length];
  const machine = length % 16 === 0 && m > 0 && n > 0 ? simdMachine() : null;
  if (!machine) return plainDotProducts(left, right, length);
  const rightAt = alignUp(left.length);
  const outAt = alignUp(rightAt + right.length);
  const memory = machine.reserve(outAt + 4 * m * n);
  const bytes = new Int8Array(memory);
  bytes.set(left, 0);
  bytes.set(right, rightAt);
  for (let i = 0; i < m; i++) machine.dots(i * length, rightAt, n, length, outAt + 4 * i * n);
  return new Int32Array(memory, outAt, m * n).slice();
}

/** The same without vectors; also what the tests compare with. */
export function plainDotProducts(left: Int8Array, right: Int8Array, length: number): Int32Array {
  return sumProducts(left, right, length, new Int32Array((left.length / length) * (right.length / length)));
}

/** Writes the products of all rows into `out` one by one; gives `out`. */
export function sumProducts<Rows extends Int8Array | Float32Array, Out extends Int32Array | Float32Array>(
  left: Rows,
  right: Rows,
  length: number,
  out: Out,
): Out {
  const [m, n] = [left.length / length, right.length / length];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let d = 0; d < length; d++) sum += left[i * length + d]! * right[j * length + d]!;
      out[i * n + j] = sum;
    }
  }
  return out;
}

/** The next multiple of 16. */
export function alignUp(bytes: number): number {
  return (bytes + 15) & ~15;
}
