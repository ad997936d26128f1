import sharp from 'sharp';
import type { Raster } from '../domain/media.ts';

/** Widest tile for its height: a JPEG has at most 65,535 pixels a side, and a film may be a line. */
const WIDEST = 4;

/** Frames side by side in one JPEG, each scaled to `height` and to the width of the first (four times the height at most). */
export async function encodeStrip(rasters: readonly Raster[], height: number): Promise<Uint8Array> {
  const first = rasters[0];
  if (!first) throw new RangeError('a strip of no frames');
  const width = Math.max(1, Math.round(height * Math.min(WIDEST, first.width / first.height)));
  const tiles = await Promise.all(
    rasters.map(({ width: w, height: h, data }) =>
      sharp(data, { raw: { width: w, height: h, channels: 3 } })
        .resize({ width, height, fit: 'fill' })
        .png({ compressionLevel: 1 })
        .toBuffer(),
    ),
  );
  return await sharp({
    create: { width: width * tiles.length, height, channels: 3, background: '#000' },
  })
    .composite(tiles.map((input, i) => ({ input, left: i * width, top: 0 })))
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** Brightness as PNG. */
export async function encodeGray(picture: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}): Promise<Uint8Array> {
  const { width, height, data } = picture;
  return await sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}
