import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Raster } from '../../../server/domain/media.ts';
import { isLowInformation } from '../../../server/pipeline/decode/index.ts';

function gray(width: number, height: number, value: (x: number, y: number) => number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) data.fill(Math.max(0, Math.min(255, value(x, y))), at, at + 3);
  }
  return { width, height, data };
}

test('blank pictures carry no information, whatever their tone and size', () => {
  for (const tone of [0, 128, 255]) {
    assert.equal(isLowInformation(gray(300, 200, () => tone)), true);
    assert.equal(isLowInformation(gray(1, 1, () => tone)), true);
    assert.equal(isLowInformation(gray(3, 400, () => tone)), true);
  }
});

test('a trace of noise on a blank page is still blank', () => {
  assert.equal(isLowInformation(gray(256, 256, (x, y) => 250 + ((x * 7 + y * 13) % 3))), true);
});

test('drawings, soft gradients and small signs on white carry information', () => {
  assert.equal(isLowInformation(gray(256, 256, (x) => x)), false);
  assert.equal(
    isLowInformation(gray(256, 256, (x, y) => (((x >> 5) + (y >> 5)) % 2 === 0 ? 90 : 160))),
    false,
  );
  const sign = gray(320, 320, (x, y) => (Math.hypot(x - 160, y - 160) < 40 ? 20 : 255));
  assert.equal(isLowInformation(sign), false);
});
