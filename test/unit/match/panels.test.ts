import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Raster } from '../../../server/domain/media.ts';
import { findPanels, overlap } from '../../../server/pipeline/match/panels.ts';
import { blobs } from './fake-embedder.ts';

/** Lays a small picture over a large one. */
function paste(canvas: Raster, picture: Raster, left: number, top: number): Raster {
  const data = canvas.data.slice();
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
    data.set(row, ((top + y) * canvas.width + left) * 3);
  }
  return { ...canvas, data };
}

test('a picture pasted into another is proposed', () => {
  const canvas = paste(blobs(1, 300, 220), blobs(2, 120, 90), 150, 60);
  const truth = { x: 150 / 300, y: 60 / 220, width: 120 / 300, height: 90 / 220 };
  const best = Math.max(...findPanels(canvas).map((box) => overlap(box, truth)));
  assert.ok(best > 0.85, `best overlap ${best}`);
});

test('the content within a plain border is proposed', () => {
  const canvas = paste(
    { width: 300, height: 260, data: new Uint8Array(234_000).fill(255) },
    blobs(3, 200, 140),
    30,
    80,
  );
  const truth = { x: 30 / 300, y: 80 / 260, width: 200 / 300, height: 140 / 260 };
  assert.ok(Math.max(...findPanels(canvas).map((box) => overlap(box, truth))) > 0.85);
});

test('a soft picture without straight edges gives few panels, tiny ones none', () => {
  assert.ok(findPanels(blobs(4, 300, 220)).length <= 8);
  assert.deepEqual(findPanels(blobs(5, 20, 20)), []);
  assert.deepEqual(findPanels({ width: 100, height: 100, data: new Uint8Array(30_000) }), []);
});
