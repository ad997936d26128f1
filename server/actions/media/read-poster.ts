import type { Raster } from '../../domain/media.ts';
import { InputError } from '../../errors.ts';
import { decodeVideo, type VideoDecoder, type VideoLimits } from '../../pipeline/decode/video/index.ts';
import type { MediaFile } from './medium-path.ts';

const PLAN = { perSecond: 1, cuts: false, keyFrameGapMs: 10_000 };
const TRIES = 48;

/** The first frame of a film that shows something, past a dark beginning. Throws as `VideoDecoder`. */
export async function readPoster(
  decoder: VideoDecoder,
  file: MediaFile,
  limits: VideoLimits,
): Promise<Raster> {
  let first: Raster | null = null;
  let count = 0;
  for await (const { raster, mark } of decodeVideo(file, decoder, PLAN, limits)) {
    first ??= raster;
    if (mark === 'new') return raster;
    if (++count >= TRIES) break;
  }
  if (first === null) throw new InputError('corrupt_media', 'no frame of the video can be decoded');
  return first;
}
