import type { Digest } from '../../domain/digest.ts';
import type { MediaFile } from './medium-path.ts';

/** Files on their way from the request, which looks at them first, to their job. */
const HELD = 64;

/**
 * Makes a look at a file that is not repeated for the same bytes: a decoder's look is a process of its own. The results of the
 * files that came last are kept; a look that fails is none.
 */
export function rememberLooks<T>(look: (file: MediaFile) => Promise<T>): (file: MediaFile) => Promise<T> {
  const held = new Map<Digest, T>();
  return async (file) => {
    const known = held.get(file.contentHash);
    if (known !== undefined) return known;
    const seen = await look(file);
    held.set(file.contentHash, seen);
    const oldest = held.keys().next();
    if (held.size > HELD && !oldest.done) held.delete(oldest.value);
    return seen;
  };
}
