import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageDecoder } from '../../../server/pipeline/decode/index.ts';
import { decodeImage } from '../../../server/pipeline/decode/index.ts';

function decoderOf(width: number, height: number, length = width * height * 3): ImageDecoder {
  const raster = { width, height, data: new Uint8Array(length) };
  return { decode: async () => ({ mediaType: 'image/png', width, height, raster }) };
}

test('a raster of the promised form passes', async () => {
  const image = await decodeImage({ bytes: new Uint8Array(1) }, decoderOf(512, 2));
  assert.equal(image.raster.width, 512);
});

test('a decoder that breaks its promise is our fault, not the file', async () => {
  for (const decoder of [decoderOf(513, 2), decoderOf(0, 2), decoderOf(4, 4, 47)]) {
    await assert.rejects(decodeImage({ bytes: new Uint8Array(1) }, decoder), { code: 'internal' });
  }
});
