/** The preprocessing of an Image-Code against Pillow 9.4, which the reference implementation uses. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type FullPicture, imagePixels } from '../../../server/pipeline/fingerprint/iscc/image-pixels.ts';

/** A picture by a rule, with a border of one colour and, if wanted, every degree of transparency. */
function makePicture(width: number, height: number, alpha: boolean, border: number): FullPicture {
  const channels = alpha ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      const isEdge = x < border || y < border || x >= width - border || y >= height - border;
      for (let c = 0; c < 3; c++) {
        data[at + c] = isEdge ? [17, 200, 60][c]! : (x * x * (c + 1) + y * (7 + c) + x * y) >> 2;
      }
      if (alpha) data[at + 3] = isEdge ? 255 : x * 3 + y * 5;
    }
  }
  return { width, height, channels, data };
}

// SHA-256 of the 1024 pixels and the first of them, from: convert to RGB on white, crop by ImageChops.difference with
// the first pixel, convert('L'), resize((32, 32), Image.BICUBIC).
const PILLOW = [
  [61, 47, false, 0, '010309121e2e4157', '741937826897dc0de2de933be9c35142f3e6c4a169a3910844273c0ea4aebb6f'],
  [
    300,
    170,
    false,
    5,
    '4d8c7f7f7e838080',
    '25c03141d72f156813d29a1fb4656c0a04e1ae88a4ea63e23eb1c0d2c314cd29',
  ],
  [120, 90, true, 3, 'e1dbdadee4cfd3db', '7c24639f05d9baa496c6f7e8d0dd0e903abba67779a06c425af18bb8b9d6843a'],
  [20, 10, false, 1, '0203040506080b0d', '1cf2886477f361a7793c6b54fa19c77fa2b6881db4ba71e883414d700c45f475'],
] as const;

test('large, small, bordered and transparent pictures become the pixels that Pillow makes of them', async () => {
  for (const [width, height, alpha, border, first, sha256] of PILLOW) {
    const pixels = await imagePixels(makePicture(width, height, alpha, border));
    assert.equal(Buffer.from(pixels.subarray(0, 8)).toString('hex'), first);
    assert.equal(createHash('sha256').update(pixels).digest('hex'), sha256);
  }
});

test('a picture of one colour keeps all its pixels', async () => {
  const data = new Uint8Array(40 * 30 * 3).fill(77);
  assert.deepEqual(
    await imagePixels({ width: 40, height: 30, channels: 3, data }),
    new Uint8Array(1024).fill(77),
  );
});
