import sharp from 'sharp';
import { InputError } from '../../errors.ts';
import type { FullPicture, IsccSource } from '../../pipeline/fingerprint/iscc/index.ts';
import { hashFile } from './hash-file.ts';
import { readChromaprint, readFrameSignatures } from './read-features.ts';

/** 100 MB of RGB. Above it a picture is made smaller first, which may turn a few bits of its Image-Code. */
const EXACT_PIXELS = 2 ** 25;

/** Reads with Node and libvips what ISCC units are made of. */
export function createIsccSource(): IsccSource {
  return {
    hashFile,
    readPicture,
    readFrameSignatures: (path) => readFrameSignatures(path),
    readChromaprint: (path) => readChromaprint(path),
  };
}

/** Profiles are left alone, as the reference implementation does: the same file then gives the same code. */
async function readPicture(path: string): Promise<FullPicture> {
  const options = {
    failOn: 'error',
    limitInputPixels: false,
    pages: 1,
    sequentialRead: true,
    ignoreIcc: true,
  } as const;
  try {
    const { width, height, pageHeight } = await sharp(path, options).metadata();
    const shrink = Math.sqrt(EXACT_PIXELS / (width * (pageHeight ?? height)));
    let image = sharp(path, options).autoOrient();
    if (shrink < 1) {
      const side = Math.floor(Math.max(width, pageHeight ?? height) * shrink);
      image = image.resize({ width: side, height: side, fit: 'inside' });
    }
    const { data, info } = await image
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3, data };
  } catch (cause) {
    throw new InputError('corrupt_media', 'the picture is damaged or cut off', { cause });
  }
}
