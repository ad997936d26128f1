/** The vector kernels give what the plain loops give: bit by bit where integers are summed, closely where floats are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resample, resamplePlainly } from '../../../server/pipeline/fingerprint/resample.ts';
import { openCorrelator, plainCorrelator } from '../../../server/pipeline/fingerprint/simd/correlate.ts';
import { dotProducts, plainDotProducts } from '../../../server/pipeline/fingerprint/simd/dot-products.ts';
import {
  floatProducts,
  plainFloatProducts,
} from '../../../server/pipeline/fingerprint/simd/float-products.ts';
import { simdMachine } from '../../../server/pipeline/fingerprint/simd/machine.ts';
import { openSlider, plainSlider } from '../../../server/pipeline/fingerprint/simd/slide.ts';

function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test('this engine has the vector machine', () => {
  assert.notEqual(simdMachine(), null);
});

test('resampling with vectors gives the same bytes, for any size, box and side', () => {
  const random = makeRandom(7);
  for (let round = 0; round < 60; round++) {
    const width = 1 + Math.floor(random() * (round % 5 === 0 ? 12 : 512));
    const height = 1 + Math.floor(random() * (round % 7 === 0 ? 12 : 512));
    // A third of the samples at the top of the range: sums must not overflow.
    const data = Uint8Array.from({ length: width * height * 3 }, () =>
      random() < 0.3 ? 255 : random() * 256,
    );
    const [x, y] = [random() * 0.9, random() * 0.9];
    const part = { x, y, width: random() * (1.1 - x), height: random() * (1.1 - y) };
    const box = round % 4 === 0 ? { x: 0, y: 0, width: 1, height: 1 } : part;
    const side = [192, 128, 24][round % 3]!;
    const raster = { width, height, data };
    // Not deepEqual: describing how 100,000 bytes differ takes minutes.
    const order = Buffer.compare(resample(raster, box, side), resamplePlainly(raster, box, side));
    assert.equal(order, 0, `${width}×${height} to ${side}`);
  }
});

test('products of int8 rows are exact at the ends of their range', () => {
  const random = makeRandom(11);
  const rows = (count: number) =>
    Int8Array.from({ length: count * 64 }, () => (random() < 0.2 ? -128 : Math.floor(random() * 256) - 128));
  const [left, right] = [rows(5), rows(33)];
  assert.deepEqual(dotProducts(left, right, 64), plainDotProducts(left, right, 64));
  const lowest = new Int8Array(256).fill(-128);
  assert.deepEqual([...dotProducts(lowest, lowest, 256)], [256 * 128 * 128]);
});

test('products of floats are those of the plain loops', () => {
  const random = makeRandom(17);
  const rows = (count: number) => Float32Array.from({ length: count * 384 }, () => random() - 0.5);
  const [left, right] = [rows(7), rows(31)];
  const expected = plainFloatProducts(left, right, 384);
  const seen = floatProducts(left, right, 384);
  assert.equal(seen.length, 7 * 31);
  for (const [i, value] of seen.entries()) assert.ok(Math.abs(value - expected[i]!) < 1e-4, `${i}: ${value}`);
  // Of another length there is no machine.
  assert.deepEqual([...floatProducts(Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6), 3)], [32]);
});

test('more data than the memory holds makes it grow', () => {
  const many = new Int8Array(256 * 20_000).fill(3);
  const one = new Int8Array(256).fill(2);
  assert.equal(dotProducts(one, many, 256).at(-1), 256 * 6);
});

test('block correlations are those of the plain loops', () => {
  const random = makeRandom(13);
  const side = 64;
  const picture = () => Float32Array.from({ length: side * side }, () => random() * 40 - 20);
  const [first, second] = [picture(), picture()];
  const seen = openCorrelator(first, second, side)(16, 24, 12, 20, 9, 7).slice(0, 2 * 63);
  const expected = plainCorrelator(first, second, side)(16, 24, 12, 20, 9, 7).slice(0, 2 * 63);
  seen.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= 0.05, `${i}: ${value} is not ${expected[i]}`);
  });
  assert.ok(Math.max(...expected.map(Math.abs)) > 100);
});

test('a template that slides over a picture gives the sums of the plain loops, for every width', () => {
  const random = makeRandom(19);
  const picture = (width: number, height: number) => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, () => random() * 40 - 20),
  });
  const image = picture(23, 14);
  const [slide, plain] = [openSlider(image), plainSlider(image)];
  for (let width = 1; width <= 23; width++) {
    const template = picture(width, 1 + (width % 14));
    const [seen, expected] = [slide(template), plain(template)];
    assert.equal(seen.length, (24 - width) * (15 - template.height));
    seen.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) <= 0.05, `${width}, ${i}: ${value} is not ${expected[i]}`);
    });
  }
});
