import type { DecodedImage } from '../../domain/media.ts';

/** Where the bytes of a picture are: a file on disk, or memory. The name of a file says nothing about its type. */
export type ImageSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** What a picture may cost before it is refused with `media_too_large`. */
export interface DecodeLimits {
  /** Size of the encoded file in bytes. */
  readonly maxBytes: number;
  /** Width times height of the encoded picture, one frame, before anything is decoded. */
  readonly maxPixels: number;
}

/** 64 MiB and 100 megapixels: above what cameras and scanners write, below what a small server must hold. */
export const DEFAULT_DECODE_LIMITS: DecodeLimits = { maxBytes: 64 * 1024 * 1024, maxPixels: 100_000_000 };

/** Turns encoded pictures into working rasters. Implemented by `server/media/`. */
export interface ImageDecoder {
  /**
   * Decodes the first frame: EXIF-oriented, sRGB, transparency on white, long side at most `WORKING_SIDE`.
   *
   * Throws `InputError`: `empty_file`, `unsupported_media`, `corrupt_media` (truncated files too),
   * `media_too_large`; `NotFoundError('unknown_content')` when `path` names no file.
   */
  decode(source: ImageSource, limits: DecodeLimits): Promise<DecodedImage>;
}
