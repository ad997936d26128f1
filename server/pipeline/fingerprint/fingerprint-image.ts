import type { Print } from '../../domain/fingerprint.ts';
import type { DecodedImage } from '../../domain/media.ts';
import type { Embedder } from './embedder.ts';

/**
 * Second stage: a working raster to its print. Segment 0 is the whole picture, the others are regional windows.
 * A low-information picture gives a print without segments. Throws what `embedder.embed` throws.
 */
export async function fingerprintImage(_decoded: DecodedImage, _embedder: Embedder): Promise<Print> {
  throw new Error('being written');
}
