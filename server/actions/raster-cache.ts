import type { Digest } from '../domain/digest.ts';
import type { DecodedImage } from '../domain/media.ts';
import type { RasterCache } from './deps.ts';

/** Keeps the `capacity` pictures used last; one takes at most 512 × 512 × 3 bytes. */
export function createRasterCache(capacity: number): RasterCache {
  const held = new Map<Digest, DecodedImage>();
  return {
    get(contentHash) {
      const image = held.get(contentHash);
      if (image) {
        held.delete(contentHash);
        held.set(contentHash, image);
      }
      return image;
    },
    put(contentHash, image) {
      held.delete(contentHash);
      held.set(contentHash, image);
      const oldest = held.keys().next();
      if (held.size > capacity && !oldest.done) held.delete(oldest.value);
    },
  };
}
