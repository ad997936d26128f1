import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Raster } from '../../../server/domain/media.ts';
import { makeLocalMap, makeSketch } from '../../../server/pipeline/fingerprint/index.ts';
import { applyAffine, boxTransform, IDENTITY } from '../../../server/pipeline/match/affine.ts';
import { mutualNeighbours } from '../../../server/pipeline/match/correspondences.ts';
import {
  calibratedProbability,
  chanceSimilarity,
  cosine,
  hammingDistance,
  makeBackground,
} from '../../../server/pipeline/match/index.ts';
import { agreeInPixels } from '../../../server/pipeline/match/pixel-agreement.ts';
import { fitSmoothField } from '../../../server/pipeline/match/smooth-field.ts';
import { blobs, makeFakeEmbedder } from './fake-embedder.ts';

const code = (text: string) => `0x${text.padEnd(64, '0')}` as const;

/** Blobs under irregular specks of their own, so that there is detail to compare. */
function textured(seed: number): Raster {
  const base = blobs(seed, 320, 240);
  const speck = (x: number, y: number) =>
    (Math.imul((x * 73_856_093) ^ (y * 19_349_663), seed * 83_492_791) >>> 24) - 128;
  const data = base.data.map((value, i) => {
    const x = (Math.floor(i / 3) % 320) / 7;
    const y = Math.floor(i / 960) / 7;
    const [u, v] = [Math.floor(x), Math.floor(y)];
    const top = speck(u, v) * (u + 1 - x) + speck(u + 1, v) * (x - u);
    const bottom = speck(u, v + 1) * (u + 1 - x) + speck(u + 1, v + 1) * (x - u);
    return Math.max(0, Math.min(255, value * 0.7 + 35 + 0.4 * (top * (v + 1 - y) + bottom * (y - v))));
  });
  return { ...base, data };
}

test('the Hamming distance counts differing bits', () => {
  assert.equal(hammingDistance(code('f0'), code('f0')), 0);
  assert.equal(hammingDistance(code('f0'), code('0f')), 8);
  assert.equal(hammingDistance(code(''), code('f'.repeat(64))), 256);
  assert.equal(hammingDistance(code('8000000000000001'), code('')), 2);
});

test('the cosine does not depend on length, and nothing is like a vector without length', () => {
  const a = Int8Array.from({ length: 256 }, (_, i) => (i % 7) - 3);
  assert.ok(
    Math.abs(
      cosine(
        a,
        a.map((v) => v * 2),
      ) - 1,
    ) < 1e-12,
  );
  assert.ok(
    Math.abs(
      cosine(
        a,
        a.map((v) => -v),
      ) + 1,
    ) < 1e-12,
  );
  assert.equal(cosine(a, new Int8Array(256)), 0);
});

test('chance similarity is the mean cosine of the ten nearest of the background', () => {
  const rows = Array.from({ length: 40 }, (_, r) =>
    Int8Array.from({ length: 256 }, (_, i) => ((i * (r + 3)) % 41) - 20),
  );
  const background = makeBackground(Int8Array.from(rows.flatMap((row) => [...row])));
  const query = Int8Array.from({ length: 256 }, (_, i) => ((i * 5) % 37) - 18);
  const expected = rows.map((row) => cosine(query, row)).sort((a, b) => b - a);
  const mean = expected.slice(0, 10).reduce((a, b) => a + b, 0) / 10;
  assert.ok(Math.abs(chanceSimilarity(query, background) - mean) < 1e-9);
  assert.equal(chanceSimilarity(query, makeBackground(new Int8Array(0))), 0);
  assert.throws(() => makeBackground(new Int8Array(100)), RangeError);
});

test('the probability is the logistic of the weighted features; unknown ones do not count', () => {
  const calibration = { version: 'x', intercept: -1, weights: { similarity: 2, absent: 5 } };
  const p = calibratedProbability({ similarity: 1, other: 9 }, calibration);
  assert.ok(Math.abs(p - 1 / (1 + Math.exp(-1))) < 1e-12);
});

test('a map is its own mutual neighbour, cell by cell', async () => {
  const embedder = makeFakeEmbedder();
  const { resample } = await import('../../../server/pipeline/fingerprint/index.ts');
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  const [embedding] = await embedder.embed([resample(textured(1), whole, 192)]);
  const map = makeLocalMap(embedding!.local);
  const pairs = mutualNeighbours(map, whole, map, whole);
  assert.ok(pairs.length > 130, `${pairs.length} of 144`);
  assert.ok(pairs.every((pair) => pair.fromCell === pair.toCell && pair.weight > 0.98));
});

test('a copy agrees in its pixels, also darkened, also as a negative', () => {
  const work = textured(1);
  const sketch = makeSketch(work);
  const versions: Record<string, Raster> = {
    same: work,
    dark: { ...work, data: work.data.map((v) => v * 0.5) },
    negative: { ...work, data: work.data.map((v) => 255 - v) },
  };
  for (const [name, raster] of Object.entries(versions)) {
    const found = agreeInPixels(raster, IDENTITY, sketch)!;
    assert.ok(
      found.agreeing > 0.9 * found.blocks && found.blocks > 100,
      `${name}: ${found.agreeing} of ${found.blocks}`,
    );
  }
});

test('a transform that is off by a cell is put right', () => {
  const work = textured(2);
  const off = { ...IDENTITY, c: 0.06, f: -0.05, a: 1.03 };
  const found = agreeInPixels(work, off, makeSketch(work))!;
  assert.ok(found.agreeing > 0.85 * found.blocks, `${found.agreeing} of ${found.blocks}`);
  for (const corner of [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ]) {
    const p = applyAffine(found.transform, corner);
    assert.ok(Math.hypot(p.x - corner.x, p.y - corner.y) < 0.012, JSON.stringify(p));
  }
});

test('strangers do not agree, and nothing agrees where nothing is seen', () => {
  const sketch = makeSketch(textured(1));
  const found = agreeInPixels(textured(9), IDENTITY, sketch);
  assert.ok(!found || found.agreeing < 0.35 * found.blocks, `${found?.agreeing} of ${found?.blocks}`);
  assert.equal(agreeInPixels(textured(1), boxTransform({ x: 3, y: 3, width: 1, height: 1 }), sketch), null);
  const flat = { side: 128, luma: new Uint8Array(16_384).fill(90) };
  assert.equal(agreeInPixels(textured(1), IDENTITY, flat), null);
});

test('a copy moves as one sheet; a scene whose parts move against each other strays', () => {
  const work = textured(3);
  const sketch = makeSketch(work);
  const parted: Raster = { ...work, data: work.data.slice() };
  // Every other band of rows moves six pixels to the right, as near things do when the camera steps aside.
  for (let y = 0; y < 240; y++) {
    if (Math.floor(y / 40) % 2 === 1) parted.data.copyWithin((y * 320 + 6) * 3, y * 960, (y * 320 + 314) * 3);
  }
  const flat = agreeInPixels(work, { ...IDENTITY, c: 0.01 }, sketch)!;
  const scene = agreeInPixels(parted, IDENTITY, sketch)!;
  assert.ok(flat.stray < 0.3, String(flat.stray));
  assert.ok(scene.stray > 2 * flat.stray && scene.stray > 0.6, `${flat.stray} ${scene.stray}`);
});

test('a bent field is found among outliers, and too few movements give none', () => {
  const bend = (x: number, y: number) => ({
    dx: 1 - 2 * x + 3 * (x - 0.5) * (y - 0.5),
    dy: 0.5 * y + 2 * (x - 0.5) ** 2,
  });
  const movements = Array.from({ length: 100 }, (_, i) => {
    const at = { x: (i % 10) / 10, y: Math.floor(i / 10) / 10 };
    const wrong = i % 9 === 0 ? 6 : 0;
    const { dx, dy } = bend(at.x, at.y);
    return { at, dx: dx + wrong, dy: dy - wrong, weight: 1 };
  });
  const field = fitSmoothField(movements)!;
  for (const { x, y } of [
    { x: 0.05, y: 0.95 },
    { x: 0.5, y: 0.5 },
    { x: 0.8, y: 0.1 },
  ]) {
    const [found, expected] = [field({ x, y }), bend(x, y)];
    assert.ok(
      Math.hypot(found.dx - expected.dx, found.dy - expected.dy) < 0.15,
      JSON.stringify([found, expected]),
    );
  }
  assert.equal(fitSmoothField(movements.slice(0, 10)), null);
});
