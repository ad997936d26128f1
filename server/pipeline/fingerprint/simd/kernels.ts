import type { Code, KernelSource } from './wasm-module.ts';
import {
  add,
  addF32,
  constant,
  f32x4,
  get,
  i8x16,
  i16x8,
  i32x4,
  increase,
  multiply,
  repeat,
  set,
  storeF32,
  storeI32,
  v128,
} from './wasm-module.ts';

/** Side of the squares that `correlate` compares, in pixels; three vectors of four floats. */
export const CORRELATED_SIDE = 12;

const sumOfLanes = (local: number, lane: (i: number) => Code, plus: Code): Code => [
  [get(local), lane(0), get(local), lane(1), plus],
  [get(local), lane(2), get(local), lane(3), plus, plus],
];

/** dots(a, rows, count, length, out): out[i] = Σ a[d] · rows[i][d] over int8; `length` a multiple of 16. */
const dots: KernelSource = (() => {
  const [a, rows, count, length, out, i, d, x, y, sum] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
  const half = (product: Code): Code => [get(x), get(y), product, i32x4.addPairs, i32x4.add];
  return {
    name: 'dots',
    parameters: 5,
    i32Locals: 2,
    v128Locals: 3,
    body: repeat(i, get(count), 1, [
      [v128.zero, set(sum)],
      repeat(d, get(length), 16, [
        [get(a), get(d), add, v128.load(), set(x)],
        [get(rows), get(d), add, v128.load(), set(y)],
        [get(sum), half(i16x8.extendMultiplyLow), half(i16x8.extendMultiplyHigh), set(sum)],
      ]),
      [get(out), sumOfLanes(sum, i32x4.lane, add), storeI32(0)],
      increase(rows, get(length)),
      increase(out, constant(4)),
    ]),
  };
})();

/**
 * columns(source, rowBytes, rows, starts, weights, pairs, side, out, planeBytes, half, shift): the horizontal pass of `resample`.
 * Two neighbouring pixels a step: their six bytes are spread to (r r, g g, b b) and multiplied by a pair of weights.
 */
const columns: KernelSource = (() => {
  const [source, rowBytes, rows, starts, weights, pairs, side, out, planeBytes, half, shift] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ] as const;
  const [y, x, k, pixel, weight, to, start, sum] = [11, 12, 13, 14, 15, 16, 17, 18] as const;
  const Z = 16; // first byte of the zero vector
  const spread = [0, Z, 3, Z, 1, Z, 4, Z, 2, Z, 5, Z, Z, Z, Z, Z];
  return {
    name: 'columns',
    parameters: 11,
    i32Locals: 7,
    v128Locals: 1,
    body: repeat(y, get(rows), 1, [
      [get(weights), set(weight)],
      [get(starts), set(start)],
      repeat(x, get(side), 1, [
        [get(half), i32x4.splat, set(sum)],
        [get(source), get(start), [0x28, 0, 0], add, set(pixel)], // i32.load
        repeat(k, get(pairs), 1, [
          [get(pixel), v128.load8(), v128.zero, v128.shuffle(spread)],
          [get(weight), v128.splat32(), i32x4.dot, get(sum), i32x4.add, set(sum)],
          increase(pixel, constant(6)),
          increase(weight, constant(4)),
        ]),
        [get(sum), get(shift), i32x4.shiftRight, set(sum)],
        [get(out), set(to), get(to), get(sum), v128.store16(0)],
        [increase(to, get(planeBytes)), get(to), get(sum), v128.store16(2)],
        [increase(to, get(planeBytes)), get(to), get(sum), v128.store16(4)],
        increase(out, constant(2)),
        increase(start, constant(4)),
      ]),
      increase(source, get(rowBytes)),
    ]),
  };
})();

/** rows(source, rowBytes, weights, count, side, out, half, shift): one output row of the vertical pass, 8 pixels a step. */
const rows: KernelSource = (() => {
  const [source, rowBytes, weights, count, side, out, half, shift] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const [x, k, from, weight, low, high, v, w] = [8, 9, 10, 11, 12, 13, 14, 15] as const;
  const accumulate = (sum: number, product: Code): Code => [
    [get(v), get(w), product, get(sum), i32x4.add, set(sum)],
  ];
  return {
    name: 'rows',
    parameters: 8,
    i32Locals: 4,
    v128Locals: 4,
    body: repeat(x, get(side), 8, [
      [get(half), i32x4.splat, set(low), get(half), i32x4.splat, set(high)],
      [get(source), get(x), constant(2), multiply, add, set(from)],
      [get(weights), set(weight)],
      repeat(k, get(count), 1, [
        [get(from), v128.load(), set(v), get(weight), v128.splat16(), set(w)],
        accumulate(low, i32x4.extendMultiplyLow),
        accumulate(high, i32x4.extendMultiplyHigh),
        increase(from, get(rowBytes)),
        increase(weight, constant(2)),
      ]),
      [get(out), get(x), add],
      [get(low), get(shift), i32x4.shiftRight, get(high), get(shift), i32x4.shiftRight, i16x8.narrow],
      [v128.zero, i8x16.narrowUnsigned, v128.store64(0)],
    ]),
  };
})();

/**
 * correlate(block, query, rowBytes, across, down, out): for each of `down × across` places of a 12 × 12 square in `query`
 * the sum of its products with `block`, and of its own squares; pairs of floats.
 */
const correlate: KernelSource = (() => {
  const [block, query, rowBytes, across, down, out] = [0, 1, 2, 3, 4, 5] as const;
  const [y, x, r, a, b, start, cross, own, v] = [6, 7, 8, 9, 10, 11, 12, 13, 14] as const;
  const quarter = (offset: number): Code => [
    [get(b), v128.load(offset), set(v)],
    [get(a), v128.load(offset), get(v), f32x4.multiply, get(cross), f32x4.add, set(cross)],
    [get(v), get(v), f32x4.multiply, get(own), f32x4.add, set(own)],
  ];
  return {
    name: 'correlate',
    parameters: 6,
    i32Locals: 6,
    v128Locals: 3,
    body: repeat(y, get(down), 1, [
      [get(query), set(start)],
      repeat(x, get(across), 1, [
        [v128.zero, set(cross), v128.zero, set(own)],
        [get(block), set(a), get(start), set(b)],
        repeat(r, constant(CORRELATED_SIDE), 1, [
          [quarter(0), quarter(16), quarter(32)],
          increase(a, get(rowBytes)),
          increase(b, get(rowBytes)),
        ]),
        [get(out), sumOfLanes(cross, f32x4.lane, addF32), storeF32(0)],
        [get(out), sumOfLanes(own, f32x4.lane, addF32), storeF32(4)],
        increase(out, constant(8)),
        increase(start, constant(4)),
      ]),
      increase(query, get(rowBytes)),
    ]),
  };
})();

/**
 * products(a, rows, count, bytes, out): out[i] = Σ a[d] · rows[i][d] over floats; `bytes` of a row a multiple of 64. Four sums
 * run side by side, so that one does not wait for the other.
 */
const products: KernelSource = (() => {
  const [a, rows, count, bytes, out, i, d, x, y] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
  const sums = [9, 10, 11, 12] as const;
  const [first, second, third, fourth] = sums;
  const quarter = (sum: number, k: number): Code => [
    [get(x), v128.load(16 * k), get(y), v128.load(16 * k), f32x4.multiply, get(sum), f32x4.add, set(sum)],
  ];
  return {
    name: 'products',
    parameters: 5,
    i32Locals: 4,
    v128Locals: 4,
    body: repeat(i, get(count), 1, [
      sums.map((sum): Code => [v128.zero, set(sum)]),
      repeat(d, get(bytes), 64, [
        [get(a), get(d), add, set(x), get(rows), get(d), add, set(y)],
        sums.map(quarter),
      ]),
      [get(first), get(second), f32x4.add, get(third), get(fourth), f32x4.add, f32x4.add, set(first)],
      [get(out), sumOfLanes(first, f32x4.lane, addF32), storeF32(0)],
      increase(rows, get(bytes)),
      increase(out, constant(4)),
    ]),
  };
})();

/**
 * slide(image, rowBytes, across, down, template, templateBytes, height, out): for each of `down × across` places of a template of
 * `height` rows, `templateBytes` each (a multiple of 16, filled up with zeros), in `image` the sum of their products.
 */
const slide: KernelSource = (() => {
  const [image, rowBytes, across, down, template, templateBytes, height, out] = [
    0, 1, 2, 3, 4, 5, 6, 7,
  ] as const;
  const [y, x, r, d, a, b, start, sum] = [8, 9, 10, 11, 12, 13, 14, 15] as const;
  return {
    name: 'slide',
    parameters: 8,
    i32Locals: 7,
    v128Locals: 1,
    body: repeat(y, get(down), 1, [
      [get(image), set(start)],
      repeat(x, get(across), 1, [
        [v128.zero, set(sum), get(template), set(a), get(start), set(b)],
        repeat(r, get(height), 1, [
          repeat(d, get(templateBytes), 16, [
            [get(a), get(d), add, v128.load(), get(b), get(d), add, v128.load()],
            [f32x4.multiply, get(sum), f32x4.add, set(sum)],
          ]),
          increase(a, get(templateBytes)),
          increase(b, get(rowBytes)),
        ]),
        [get(out), sumOfLanes(sum, f32x4.lane, addF32), storeF32(0)],
        increase(out, constant(4)),
        increase(start, constant(4)),
      ]),
      increase(image, get(rowBytes)),
    ]),
  };
})();

/** All kernels. */
export const KERNELS: readonly KernelSource[] = [dots, columns, rows, correlate, products, slide];
