import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Head } from '../../../server/pipeline/fingerprint/index.ts';
import {
  normalizeExactly,
  poolFeatures,
  projectFeatures,
  readHead,
} from '../../../server/pipeline/fingerprint/index.ts';

/** floor(√n) of a big integer by Newton's method. */
function squareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** round_half_up(y·scale/√S) from big integers alone, as the exporter of the model does it. */
function reference(values: readonly number[], scale: number): number[] {
  const squares = values.reduce((sum, v) => sum + BigInt(v) ** 2n, 0n);
  return values.map((v) => {
    const scaled = (2n * BigInt(scale) * BigInt(v)) ** 2n;
    const m = squareRoot(scaled / squares);
    const exact = m * m * squares === scaled;
    const rounded = v >= 0 ? (m + 1n) / 2n : -(exact ? m / 2n : (m + 1n) / 2n);
    return Math.max(-127, Math.min(127, Number(rounded)));
  });
}

test('normalizing equals the big-integer formula, also on rounding boundaries', () => {
  let state = 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
  const cases: number[][] = [
    [3, 4],
    [1, 1, 1, 1],
    [-1, 1, -1, 1],
    // ‖y‖ = 1024: every component lies on a half when the scale is 512 and y odd.
    [512, 512, 512, 512],
    [-512, 512, -512, 512],
    Array.from({ length: 256 }, () => 0).with(7, -5),
  ];
  const odd = Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 127);
  cases.push([...odd, ...Array.from({ length: 64 }, () => 1)]);
  for (let k = 0; k < 200; k++)
    cases.push(Array.from({ length: 64 }, () => (next() % 2_000_000_001) - 1_000_000_000));
  // Small integers with a square sum that is a square: many exact halves.
  for (let k = 0; k < 200; k++) cases.push(Array.from({ length: 16 }, () => (next() % 9) - 4));
  for (const values of cases) {
    if (values.every((v) => v === 0)) continue;
    for (const scale of [512, 256, 8]) {
      assert.deepEqual(
        [...normalizeExactly(Float64Array.from(values), scale)],
        reference(values, scale).map((v) => v + 0),
      );
    }
  }
});

test('the zero vector stays zero', () => {
  assert.deepEqual([...normalizeExactly(new Float64Array(4), 512)], [0, 0, 0, 0]);
});

test('pooling takes the floor of sixteen cube roots', () => {
  const features = new Uint8Array(512 * 36);
  features.fill(255, 0, 36);
  features[36] = 1;
  features.fill(3, 72, 80);
  const pooled = poolFeatures(features);
  const exact = (sum: number) => {
    let t = 0;
    while ((t + 1) ** 3 <= 4096 * sum) t++;
    return t;
  };
  assert.equal(pooled[0], exact(36 * 255 ** 3));
  assert.equal(pooled[1], 16);
  assert.equal(pooled[2], exact(8 * 27));
  assert.equal(pooled[3], 0);
});

test('code bits: strictly above the threshold, first bit in the highest place', () => {
  const head: Head = {
    weights: new Int8Array(256 * 512),
    bias: Int32Array.from({ length: 256 }, (_, d) => (d === 0 || d === 9 ? 5 : 4)),
    codeThreshold: new Int32Array(256).fill(4),
  };
  const { code } = projectFeatures(new Uint8Array(512 * 36), head);
  assert.equal(code, `0x8040${'0'.repeat(60)}`);
});

test('a head of the wrong length is refused as altered', () => {
  assert.throws(() => readHead(new Uint8Array(100)), { code: 'model_altered' });
  const bytes = new Uint8Array(256 * 512 + 2048);
  bytes[0] = 0xff;
  bytes[256 * 512] = 0xfe;
  bytes.fill(0xff, 256 * 512 + 1, 256 * 512 + 4);
  const head = readHead(bytes);
  assert.equal(head.weights[0], -1);
  assert.equal(head.bias[0], -2);
});
