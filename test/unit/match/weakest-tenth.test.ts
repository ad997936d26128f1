import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Raster } from '../../../server/domain/media.ts';
import { makeSketch } from '../../../server/pipeline/fingerprint/index.ts';
import { IDENTITY } from '../../../server/pipeline/match/affine.ts';
import { agreeInPixels } from '../../../server/pipeline/match/pixel-agreement.ts';

const SIDE = 256;

/** A grey picture from a function of the place. */
function draw(brightness: (x: number, y: number) => number): Raster {
  const data = new Uint8Array(3 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++)
    data.fill(brightness(i % SIDE, Math.floor(i / SIDE)), 3 * i, 3 * i + 3);
  return { width: SIDE, height: SIDE, data };
}

const within = (x: number, y: number, left: number, top: number, size: number) =>
  x >= left && x < left + size && y >= top && y < top + size;

/** A frame with a beaded ring around a sign: a cross, or bars. */
function badge(sign: 'cross' | 'bars'): Raster {
  return draw((x, y) => {
    const [u, v] = [x - 128, y - 128];
    const radius = Math.hypot(u, v);
    const beads = Math.floor((Math.atan2(v, u) * 12) / Math.PI) % 2 === 0;
    if (radius > 96) return (x >> 4) % 2 === (y >> 4) % 2 ? 200 : 220;
    if (radius > 80) return beads ? 40 : 120;
    if (!within(x, y, 88, 88, 80)) return 90;
    const inside = sign === 'cross' ? Math.abs(u) < 12 || Math.abs(v) < 12 : (y >> 3) % 2 === 0 && u < v;
    return inside ? 250 : 90;
  });
}

function weakestOf(query: Raster, work: Raster): number {
  const found = agreeInPixels(query, IDENTITY, makeSketch(work));
  assert.ok(found);
  return found.weakest;
}

test('where the same template holds another sign, the weakest tenth of the structure tells', () => {
  const work = badge('cross');
  assert.ok(weakestOf(work, work) > 0.99);
  const other = agreeInPixels(badge('bars'), IDENTITY, makeSketch(work))!;
  assert.ok(other.agreeing > 0.6 * other.blocks, `${other.agreeing} of ${other.blocks} blocks agree`);
  assert.ok(other.weakest < 0.5, String(other.weakest));
});

test('a mark over a twentieth of a copy, light and noise leave the structure in its place', () => {
  const work = badge('cross');
  const marked = draw((x, y) => {
    const before = work.data[3 * (y * SIDE + x)]!;
    return within(x, y, 190, 190, 57) ? 255 : 20 + 0.7 * before + ((x * 7919 + y * 104_729) % 9);
  });
  assert.ok(weakestOf(marked, work) > 0.8, String(weakestOf(marked, work)));
});

test('a negative is a copy, a picture of something else is none', () => {
  const work = badge('bars');
  assert.ok(
    weakestOf(
      draw((x, y) => 255 - work.data[3 * (y * SIDE + x)]!),
      work,
    ) > 0.99,
  );
  const other = draw((x, y) => 128 + 90 * Math.sin(x / 5 + Math.cos(y / 9) * 3));
  assert.ok(weakestOf(other, work) < 0.4, String(weakestOf(other, work)));
});
