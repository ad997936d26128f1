import type { DecodedImage } from '../../domain/media.ts';
import { WORKING_SIDE } from '../../domain/media.ts';
import { InternalError } from '../../errors.ts';
import type { DecodeLimits, ImageDecoder, ImageSource } from './image-decoder.ts';
import { DEFAULT_DECODE_LIMITS } from './image-decoder.ts';

/**
 * First stage: bytes of a picture to its working raster.
 *
 * Throws what `ImageDecoder.decode` throws, and `internal` when a decoder breaks its promise: everything after
 * this stage indexes the raster without looking again.
 */
export async function decodeImage(
  source: ImageSource,
  decoder: ImageDecoder,
  limits: DecodeLimits = DEFAULT_DECODE_LIMITS,
): Promise<DecodedImage> {
  const image = await decoder.decode(source, limits);
  const { width, height, data } = image.raster;
  const fits = width >= 1 && height >= 1 && Math.max(width, height) <= WORKING_SIDE;
  if (!fits || data.length !== width * height * 3) {
    throw new InternalError(
      'internal',
      `the decoder gave a raster of ${width}×${height}, ${data.length} bytes`,
    );
  }
  return image;
}
