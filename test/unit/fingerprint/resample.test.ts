import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Raster } from '../../../server/domain/media.ts';
import { WHOLE } from '../../../server/domain/media.ts';
import { resample } from '../../../server/pipeline/fingerprint/index.ts';

function raster(width: number, height: number, value: (x: number, y: number, c: number) => number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[at++] = value(x, y, c);
  }
  return { width, height, data };
}

/** The same filter in plain floating point, without separation: slow and obvious. */
function reference(source: Raster, side: number, c: number, row: number, column: number): number {
  const weigh = (length: number, i: number) => {
    const scale = length / side;
    const radius = Math.max(1, scale);
    const centre = (i + 0.5) * scale - 0.5;
    return Array.from({ length }, (_, k) => Math.max(0, radius - Math.abs(k - centre)));
  };
  const wx = weigh(source.width, column);
  const wy = weigh(source.height, row);
  let sum = 0;
  let total = 0;
  for (let y = 0; y < source.height; y++) {
    for (let x = 0; x < source.width; x++) {
      sum += wx[x]! * wy[y]! * source.data[(y * source.width + x) * 3 + c]!;
      total += wx[x]! * wy[y]!;
    }
  }
  return sum / total;
}

test('a flat picture stays exactly what it is, at any size', () => {
  for (const [width, height] of [
    [1, 1],
    [7, 300],
    [512, 384],
    [192, 192],
    [3, 2],
  ] as const) {
    const out = resample(
      raster(width, height, (_x, _y, c) => [17, 200, 255][c]!),
      WHOLE,
      192,
    );
    const plane = 192 * 192;
    assert.ok(
      out.subarray(0, plane).every((v) => v === 17),
      `${width}×${height}`,
    );
    assert.ok(
      out.subarray(2 * plane).every((v) => v === 255),
      `${width}×${height}`,
    );
  }
});

test('the same size gives the same pixels', () => {
  const source = raster(16, 16, (x, y, c) => (x * 31 + y * 17 + c * 71) % 256);
  const out = resample(source, WHOLE, 16);
  for (let i = 0; i < 256; i++)
    for (let c = 0; c < 3; c++) assert.equal(out[c * 256 + i], source.data[3 * i + c]);
});

test('agrees with the plain formula within one level, shrinking and enlarging', () => {
  for (const [width, height] of [
    [61, 40],
    [20, 9],
    [9, 50],
  ] as const) {
    const source = raster(width, height, (x, y, c) => (x * x * 3 + y * 29 + c * 50) % 256);
    const out = resample(source, WHOLE, 16);
    for (let row = 0; row < 16; row++) {
      for (let column = 0; column < 16; column++) {
        const expected = reference(source, 16, 1, row, column);
        assert.ok(
          Math.abs(out[256 + row * 16 + column]! - expected) <= 1,
          `${width}×${height} ${row},${column}`,
        );
      }
    }
  }
});

test('a box sees only its own part of the picture', () => {
  const source = raster(100, 60, (x) => (x < 50 ? 10 : 240));
  const left = resample(source, { x: 0, y: 0, width: 0.49, height: 1 }, 32);
  assert.ok(left.every((v) => v === 10));
  const right = resample(source, { x: 0.52, y: 0.2, width: 0.4, height: 0.3 }, 32);
  assert.ok(right.every((v) => v === 240));
});

test('boxes at the edge and without area are read, not refused', () => {
  const source = raster(30, 30, (x, y) => (x + y) * 4);
  for (const box of [
    { x: 1, y: 1, width: 0, height: 0 },
    { x: 0.99, y: 0, width: 0.01, height: 1 },
  ]) {
    assert.equal(resample(source, box, 12).length, 3 * 12 * 12);
  }
});
