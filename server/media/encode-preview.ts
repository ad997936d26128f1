import sharp from 'sharp';
import type { Raster } from '../domain/media.ts';

// Visually lossless at the sizes shown, a tenth of the PNG.
const QUALITY = 82;

/** A working raster as WebP, for people to look at. */
export async function encodePreview(raster: Raster): Promise<Uint8Array> {
  const { width, height, data } = raster;
  return await sharp(data, { raw: { width, height, channels: 3 } })
    .webp({ quality: QUALITY })
    .toBuffer();
}
