import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gray } from '../../../server/pipeline/match/video/gray.ts';
import { mirror, resize } from '../../../server/pipeline/match/video/gray.ts';
import type { Placement } from '../../../server/pipeline/match/video/placement.ts';
import { sharedBoxes } from '../../../server/pipeline/match/video/placement.ts';
import { registerFrames } from '../../../server/pipeline/match/video/register.ts';
import { drawBlobs } from './draw-blobs.ts';

function pasteInto(under: Gray, top: Gray, left: number, down: number): Gray {
  const data = Float32Array.from(under.data);
  for (let y = 0; y < top.height; y++) {
    for (let x = 0; x < top.width; x++)
      data[(y + down) * under.width + x + left] = top.data[y * top.width + x]!;
  }
  return { ...under, data };
}

function assertPlaced(found: Placement, expected: Placement, tolerance = 0.04): void {
  assert.equal(found.mirrored, expected.mirrored);
  for (const key of ['scaleX', 'left', 'scaleY', 'top'] as const) {
    assert.ok(Math.abs(found[key] - expected[key]) < tolerance, `${key} ${found[key]} for ${expected[key]}`);
  }
}

test('the full frame, plain and mirrored', () => {
  const work = drawBlobs(5);
  const full = { scaleX: 1, left: 0, scaleY: 1, top: 0 };
  assertPlaced(registerFrames([{ query: work, works: [work] }])!.placement, { ...full, mirrored: false });
  assertPlaced(registerFrames([{ query: mirror(work), works: [work] }])!.placement, {
    ...full,
    mirrored: true,
  });
});

test('an inset in a strange picture', () => {
  const work = drawBlobs(5);
  const query = pasteInto(drawBlobs(77), resize(work, 38, 21), 52, 27);
  const found = registerFrames([{ query, works: [work] }])!;
  assertPlaced(found.placement, {
    scaleX: 38 / 96,
    left: 52 / 96,
    scaleY: 21 / 54,
    top: 0.5,
    mirrored: false,
  });
  const boxes = sharedBoxes(found.placement)!;
  assert.ok(boxes.work.width > 0.95 && Math.abs(boxes.query.x - 52 / 96) < 0.04);
});

test('a crop, enlarged to the full frame', () => {
  const work = drawBlobs(5);
  const part: Gray = { width: 60, height: 34, data: new Float32Array(60 * 34) };
  for (let i = 0; i < part.data.length; i++)
    part.data[i] = work.data[(Math.floor(i / 60) + 12) * 96 + (i % 60) + 20]!;
  const found = registerFrames([{ query: resize(part, 96, 54), works: [work] }])!;
  assertPlaced(
    found.placement,
    { scaleX: 1.6, left: -20 / 60, scaleY: 54 / 34, top: -12 / 34, mirrored: false },
    0.06,
  );
  assert.ok(Math.abs(sharedBoxes(found.placement)!.work.x - 20 / 96) < 0.03);
});

test('strangers agree on nothing', () => {
  const found = registerFrames([
    { query: drawBlobs(5), works: [drawBlobs(6)] },
    { query: drawBlobs(15), works: [drawBlobs(16)] },
    { query: drawBlobs(25), works: [drawBlobs(26)] },
  ]);
  assert.ok(!found || found.similarity < 0.3, `${found?.similarity}`);
});
