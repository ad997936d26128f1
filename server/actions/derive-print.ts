import { fingerprintTree } from '../domain/records/index.ts';
import { pictureLeaves } from '../pipeline/fingerprint/video/index.ts';
import type { Deps } from './deps.ts';
import { isccOf } from './fill-iscc.ts';
import type { FsckPrints } from './fsck-checks.ts';
import { storedFile } from './media/stored-file.ts';

/** Fingerprints for `fsck`, made again from the stored file by the medium's own path, and read back as they are kept. */
export function createPrintDeriver(deps: Pick<Deps, 'content' | 'media' | 'isccSource'>): FsckPrints {
  return {
    async derive(work) {
      const path = deps.media.of(work.medium);
      if (work.modelDigest !== path.model.digest) return null;
      const print = await path.fingerprint(await storedFile(deps, work), () => undefined);
      const kept = await path.loadPrint(work.id).catch(() => null);
      // Films from before their records committed to their sound.
      if (kept && !kept.sound) return fingerprintTree(pictureLeaves(print)).root;
      if (kept?.sound && print.sound && kept.sound.modelDigest !== print.sound.modelDigest) return null;
      return fingerprintTree(print.leaves).root;
    },
    async stored(work) {
      const print = await deps.media.of(work.medium).loadPrint(work.id);
      return print === null ? null : fingerprintTree(print.leaves).root;
    },
    iscc: async (work) => (await isccOf(deps, work)).code,
  };
}
