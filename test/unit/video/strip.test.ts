import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { encodeStrip } from '../../../server/media/index.ts';

const frames = (count: number, width: number, height: number) =>
  Array.from({ length: count }, () => ({ width, height, data: new Uint8Array(3 * width * height) }));

test('a strip has the shape of its frames, but for a film that is nearly a line', async () => {
  const usual = await sharp(await encodeStrip(frames(3, 320, 180), 90)).metadata();
  assert.deepEqual([usual.width, usual.height], [480, 90]);
  const line = await sharp(await encodeStrip(frames(24, 320, 1), 180)).metadata();
  assert.deepEqual([line.width, line.height], [24 * 720, 180]);
});
