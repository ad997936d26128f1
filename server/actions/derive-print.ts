import type { Digest } from '../domain/digest.ts';
import type { Work } from '../domain/work.ts';
import { decodeImage } from '../pipeline/decode/index.ts';
import { fingerprintImage, fingerprintRoot } from '../pipeline/fingerprint/index.ts';
import type { Deps } from './deps.ts';
import type { FsckPrints } from './fsck-checks.ts';

type Needs = Pick<Deps, 'content' | 'decoder' | 'decodeLimits' | 'embedder' | 'model' | 'prints'>;

/** Fingerprints made again for `fsck`: decoded from the stored bytes, not from a raster that is still in memory. */
export function createPrintDeriver(deps: Needs): FsckPrints {
  return {
    async derive(work: Work): Promise<Digest | null> {
      if (work.medium !== 'image' || work.modelDigest !== deps.model.digest) return null;
      const bytes = await deps.content.readUpload(work.contentId);
      const decoded = await decodeImage({ bytes }, deps.decoder, deps.decodeLimits);
      return fingerprintRoot(await fingerprintImage(decoded, deps.embedder));
    },
    async stored(work: Work): Promise<Digest | null> {
      const print = (await deps.prints.loadPrints([work.id])).get(work.id);
      return print === undefined ? null : fingerprintRoot(print);
    },
  };
}
