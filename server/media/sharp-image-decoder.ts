import type { ImageDecoder } from '../pipeline/decode/index.ts';

/** A decoder on libvips: JPEG (shrink-on-load), PNG, WebP, GIF, AVIF, TIFF. */
export function createImageDecoder(): ImageDecoder {
  return {
    async decode() {
      throw new Error('being written');
    },
  };
}
