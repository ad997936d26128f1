import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findContentBox, joinBoxes } from '../../../server/pipeline/decode/video/index.ts';

/** A textured picture inside bars of a grey value, with a little noise on them. */
function barred(width: number, height: number, bars: { x: number; y: number }, tone: number, noise: number) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const inside = x >= bars.x && x < width - bars.x && y >= bars.y && y < height - bars.y;
      data.fill(inside ? 60 + ((x * 7 + y * 13) % 160) : tone + ((x + y) % (noise + 1)), at, at + 3);
    }
  }
  return { width, height, data };
}

test('black bars above and below, and at the sides, are left out', () => {
  const letterbox = findContentBox(barred(320, 240, { x: 0, y: 30 }, 12, 6));
  assert.deepEqual(letterbox, { x: 0, y: 0.125, width: 1, height: 0.75 });
  const pillars = findContentBox(barred(320, 180, { x: 40, y: 0 }, 16, 4));
  assert.deepEqual(pillars, { x: 0.125, y: 0, width: 0.75, height: 1 });
});

test('clean white bars count, a bright sky with some texture does not', () => {
  assert.equal(findContentBox(barred(200, 200, { x: 0, y: 20 }, 255, 0)).height, 0.8);
  assert.equal(findContentBox(barred(200, 200, { x: 0, y: 20 }, 200, 14)).height, 1);
});

test('a picture that is dark all over keeps its frame', () => {
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  assert.deepEqual(findContentBox(barred(100, 100, { x: 50, y: 50 }, 8, 3)), whole);
  // What would be left is too little to be the picture.
  assert.deepEqual(findContentBox(barred(100, 100, { x: 45, y: 45 }, 8, 3)), whole);
});

test('boxes of one scene are joined to the smallest that holds all', () => {
  const joined = joinBoxes([
    { x: 0.1, y: 0.2, width: 0.5, height: 0.5 },
    { x: 0.3, y: 0.1, width: 0.6, height: 0.4 },
  ]);
  assert.deepEqual([joined.x, joined.y], [0.1, 0.1]);
  assert.ok(Math.abs(joined.width - 0.8) < 1e-9 && Math.abs(joined.height - 0.6) < 1e-9);
});
