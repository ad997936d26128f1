import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AffineTransform } from '../../../server/domain/match.ts';
import type { PointPair } from '../../../server/pipeline/match/affine.ts';
import {
  applyAffine,
  boundingBox,
  boxTransform,
  composeAffine,
  coveredPolygon,
  fitAffine,
  IDENTITY,
  invertAffine,
  polygonArea,
  stretches,
} from '../../../server/pipeline/match/affine.ts';
import { findConsensus } from '../../../server/pipeline/match/ransac.ts';

const CELL = { width: 1 / 12, height: 1 / 12 };

/** Numbers 0…1 that look random and are always the same. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function near(a: AffineTransform, b: AffineTransform, within: number): void {
  for (const p of [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 0, y: 1 },
    { x: 1, y: 1 },
  ]) {
    const u = applyAffine(a, p);
    const v = applyAffine(b, p);
    assert.ok(
      Math.hypot(u.x - v.x, u.y - v.y) < within,
      `corner ${p.x},${p.y} is off: ${JSON.stringify([u, v])}`,
    );
  }
}

test('inverse and composition undo each other', () => {
  const t = { a: 0.8, b: -0.3, c: 0.2, d: 0.4, e: 1.1, f: -0.1 };
  near(composeAffine(invertAffine(t)!, t), IDENTITY, 1e-9);
  assert.equal(invertAffine({ a: 1, b: 2, c: 0, d: 2, e: 4, f: 0 }), null);
});

test('least squares finds the transform that made the pairs', () => {
  const random = makeRandom(5);
  const t = { a: -0.7, b: 0.2, c: 0.9, d: 0.1, e: 0.5, f: 0.3 };
  const pairs = Array.from({ length: 12 }, (): PointPair => {
    const from = { x: random(), y: random() };
    return { from, to: applyAffine(t, from), weight: 0.5 + random() };
  });
  near(fitAffine(pairs)!, t, 1e-6);
  assert.equal(fitAffine(pairs.map((pair) => ({ ...pair, from: { x: pair.from.x, y: pair.from.x } }))), null);
});

test('the covered area of a half shifted picture is half', () => {
  const polygon = coveredPolygon({ ...IDENTITY, c: 0.5 }, { x: 0, y: 0, width: 1, height: 1 });
  assert.ok(Math.abs(polygonArea(polygon) - 0.5) < 1e-9);
  assert.deepEqual(boundingBox(polygon), { x: 0.5, y: 0, width: 0.5, height: 1 });
  assert.equal(polygonArea(coveredPolygon({ ...IDENTITY, c: 2 }, { x: 0, y: 0, width: 1, height: 1 })), 0);
});

test('stretches are the singular values', () => {
  const { least, most } = stretches({ a: 0, b: -3, c: 0, d: 0.5, e: 0, f: 0 });
  assert.ok(Math.abs(least - 0.5) < 1e-9 && Math.abs(most - 3) < 1e-9);
});

const HIDDEN: Readonly<Record<string, AffineTransform>> = {
  same: IDENTITY,
  mirrored: { a: -1, b: 0, c: 1, d: 0, e: 1, f: 0 },
  'quarter turn': { a: 0, b: 1, c: 0, d: -1, e: 0, f: 1 },
  crop: boxTransform({ x: 0.2, y: 0.35, width: 0.6, height: 0.5 }),
  inset: invertAffine(boxTransform({ x: 0.1, y: 0.2, width: 0.55, height: 0.6 }))!,
  'turned by 25°': { a: 0.9, b: -0.42, c: 0.26, d: 0.42, e: 0.9, f: -0.16 },
};

for (const [name, t] of Object.entries(HIDDEN)) {
  test(`finds the transform under rounding and 60 % wrong pairs: ${name}`, () => {
    const random = makeRandom(99);
    const pairs: PointPair[] = [];
    const snap = (v: number) => (Math.floor(v * 12) + 0.5) / 12;
    for (let i = 0; i < 144 && pairs.length < 24; i++) {
      const cell = (i * 37) % 144; // spread over the grid
      const from = { x: (cell % 12) / 12 + 1 / 24, y: Math.floor(cell / 12) / 12 + 1 / 24 };
      const to = applyAffine(t, from);
      if (to.x < 0 || to.y < 0 || to.x > 1 || to.y > 1) continue;
      pairs.push({ from, to: { x: snap(to.x), y: snap(to.y) }, weight: 0.8 });
    }
    const right = pairs.length;
    for (let i = 0; i < right * 1.5; i++) {
      pairs.push({
        from: { x: snap(random()), y: snap(random()) },
        to: { x: snap(random()), y: snap(random()) },
        weight: 0.6,
      });
    }
    const found = findConsensus(pairs, { fromCell: CELL, toCell: CELL });
    assert.ok(found, 'no consensus');
    assert.ok(found.inliers.length >= 0.75 * right, `${found.inliers.length} inliers of ${right}`);
    near(found.transform, t, 0.16);
    assert.deepEqual(findConsensus(pairs, { fromCell: CELL, toCell: CELL }), found);
  });
}

test('strangers agree on little', () => {
  const random = makeRandom(7);
  const pairs = Array.from({ length: 40 }, (): PointPair => {
    return { from: { x: random(), y: random() }, to: { x: random(), y: random() }, weight: 0.6 };
  });
  const found = findConsensus(pairs, { fromCell: CELL, toCell: CELL });
  assert.ok((found?.inliers.length ?? 0) < 14, `${found?.inliers.length} of 40`);
  assert.equal(findConsensus(pairs.slice(0, 2), { fromCell: CELL, toCell: CELL }), null);
});
