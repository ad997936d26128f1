import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import type { Raster } from '../../../server/domain/media.ts';
import { createImageDecoder } from '../../../server/media/index.ts';
import type { DecodeLimits } from '../../../server/pipeline/decode/index.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../../server/pipeline/decode/index.ts';

const decoder = createImageDecoder();
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-decoder-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Left half red, right half blue, a green stripe at the top. */
function flag(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      data[at + (y < height / 4 ? 1 : x < width / 2 ? 0 : 2)] = 255;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function colourAt(raster: Raster, fx: number, fy: number): number[] {
  const at = (Math.floor(fy * raster.height) * raster.width + Math.floor(fx * raster.width)) * 3;
  return [...raster.data.subarray(at, at + 3)];
}

function assertNear(actual: readonly number[], expected: readonly number[], within = 12): void {
  assert.ok(
    actual.every((value, i) => Math.abs(value - expected[i]!) <= within),
    `${actual} is not about ${expected}`,
  );
}

const decode = (bytes: Uint8Array, limits?: DecodeLimits) => decodeImage({ bytes }, decoder, limits);

test('every type that we read gives the same picture', async () => {
  const files = {
    'image/jpeg': await flag(640, 480).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
    'image/png': await flag(640, 480).png().toBuffer(),
    'image/webp': await flag(640, 480).webp({ lossless: true }).toBuffer(),
    'image/gif': await flag(640, 480).gif().toBuffer(),
    'image/avif': await flag(640, 480).avif({ quality: 90 }).toBuffer(),
    'image/tiff': await flag(640, 480).tiff().toBuffer(),
  };
  for (const [mediaType, bytes] of Object.entries(files)) {
    const image = await decode(bytes);
    assert.equal(image.mediaType, mediaType);
    assert.deepEqual([image.width, image.height], [640, 480], mediaType);
    assert.deepEqual([image.raster.width, image.raster.height], [512, 384], mediaType);
    assertNear(colourAt(image.raster, 0.25, 0.6), [255, 0, 0], 16);
    assertNear(colourAt(image.raster, 0.75, 0.6), [0, 0, 255], 16);
    assertNear(colourAt(image.raster, 0.5, 0.1), [0, 255, 0], 16);
  }
});

test('small pictures are not enlarged', async () => {
  const { raster } = await decode(await flag(20, 10).png().toBuffer());
  assert.deepEqual([raster.width, raster.height], [20, 10]);
});

test('EXIF orientation is undone, and the size told is the oriented one', async () => {
  for (const orientation of [3, 6, 8]) {
    const angle = { 3: 180, 6: 270, 8: 90 }[orientation]!;
    const turned = await sharp(await flag(64, 48).rotate(angle).png().toBuffer())
      .withMetadata({ orientation })
      .jpeg({ quality: 95 })
      .toBuffer();
    const image = await decode(turned);
    assert.deepEqual([image.width, image.height], [64, 48], `orientation ${orientation}`);
    assertNear(colourAt(image.raster, 0.25, 0.8), [255, 0, 0], 30);
    assertNear(colourAt(image.raster, 0.5, 0.05), [0, 255, 0], 30);
  }
});

test('alpha is laid on white', async () => {
  const clear = sharp({
    create: { width: 30, height: 30, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  });
  assertNear(colourAt((await decode(await clear.png().toBuffer())).raster, 0.5, 0.5), [255, 255, 255], 0);
});

test('16-bit, gray and CMYK pictures are read', async () => {
  const deep = await flag(64, 64).toColourspace('rgb16').png().toBuffer();
  assert.equal((await sharp(deep).metadata()).depth, 'ushort');
  assertNear(colourAt((await decode(deep)).raster, 0.25, 0.6), [255, 0, 0]);
  const gray = await flag(64, 64).grayscale().png().toBuffer();
  const [r, g, b] = colourAt((await decode(gray)).raster, 0.25, 0.6);
  assert.ok(r === g && g === b);
  const cmyk = await flag(64, 64).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  assert.equal((await sharp(cmyk).metadata()).space, 'cmyk');
  const [red, , blue] = colourAt((await decode(cmyk)).raster, 0.25, 0.6);
  assert.ok(red! > 180 && blue! < 90, `${red} ${blue}`);
});

test('of an animation the first frame counts', async () => {
  const frame = (background: string) =>
    sharp({ create: { width: 40, height: 40, channels: 3, background } })
      .png()
      .toBuffer();
  const frames = await Promise.all([frame('#ff0000'), frame('#0000ff')]);
  for (const format of ['gif', 'webp'] as const) {
    const animated = await sharp(frames, { join: { animated: true } })
      [format]()
      .toBuffer();
    const image = await decode(animated);
    assert.deepEqual([image.width, image.height], [40, 40], format);
    assertNear(colourAt(image.raster, 0.5, 0.5), [255, 0, 0], 16);
  }
});

test('the type comes from the bytes, not from the name', async () => {
  const path = join(folder, 'holiday.png');
  await writeFile(path, await flag(30, 30).jpeg().toBuffer());
  assert.equal((await decodeImage({ path }, decoder)).mediaType, 'image/jpeg');
});

test('what is no picture of ours is refused', async () => {
  const others = {
    svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    pdf: Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'),
    text: Buffer.from('just words, and some more of them to fill a line'),
    html: Buffer.from('<!doctype html><img src=x>'),
    zip: Buffer.from('PK\u0003\u0004aaaaaaaaaaaaaaaaaaaaaaaaaaa'),
    bmp: Buffer.from('BM66666666666666666666666666666'),
  };
  for (const [name, bytes] of Object.entries(others)) {
    await assert.rejects(decode(bytes), { code: 'unsupported_media' }, name);
  }
  await assert.rejects(decodeImage({ path: folder }, decoder), { code: 'unsupported_media' });
});

test('nothing, a missing file, and half a file have their own problems', async () => {
  await assert.rejects(decode(new Uint8Array()), { code: 'empty_file' });
  await assert.rejects(decodeImage({ path: join(folder, 'none.png') }, decoder), { code: 'unknown_content' });
  const files = {
    jpeg: await flag(900, 700).jpeg({ quality: 95 }).toBuffer(),
    png: await flag(900, 700).png({ compressionLevel: 0 }).toBuffer(),
    webp: await flag(900, 700).webp({ quality: 90 }).toBuffer(),
    gif: await flag(900, 700).gif().toBuffer(),
    tiff: await flag(900, 700).tiff({ compression: 'none' }).toBuffer(),
  };
  for (const [name, bytes] of Object.entries(files)) {
    for (const share of [0.6, 0.1]) {
      const cut = bytes.subarray(0, Math.max(70, Math.floor(bytes.length * share)));
      await assert.rejects(decode(cut), { code: 'corrupt_media' }, `${name} cut at ${share}`);
    }
  }
});

test('limits on bytes and pixels hold before anything is decoded', async () => {
  const bytes = await flag(300, 200).png().toBuffer();
  await assert.rejects(decode(bytes, { ...DEFAULT_DECODE_LIMITS, maxBytes: bytes.length - 1 }), {
    code: 'media_too_large',
  });
  await assert.rejects(decode(bytes, { ...DEFAULT_DECODE_LIMITS, maxPixels: 59_999 }), {
    code: 'media_too_large',
  });
  await decode(bytes, { ...DEFAULT_DECODE_LIMITS, maxPixels: 60_000 });
  // A bomb: a few kilobytes that would become 1.2 GB of pixels.
  const bomb = await sharp({
    limitInputPixels: false,
    create: { width: 20_000, height: 20_000, channels: 3, background: '#000' },
  })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const start = performance.now();
  await assert.rejects(decode(bomb), { code: 'media_too_large' });
  assert.ok(performance.now() - start < 500, 'the bomb was decoded first');
});

test('large pictures use little memory: shrink on load', async () => {
  const bytes = await flag(6000, 4000).jpeg().toBuffer();
  const start = performance.now();
  const { raster } = await decode(bytes);
  assert.equal(raster.width, 512);
  assert.ok(performance.now() - start < 1500);
});
