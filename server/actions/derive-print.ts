import { fingerprintTree } from '../domain/records/index.ts';
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
      const { leaves } = await path.fingerprint(await storedFile(deps, work), () => undefined);
      return fingerprintTree(leaves).root;
    },
    async stored(work) {
      const print = await deps.media.of(work.medium).loadPrint(work.id);
      return print === null ? null : fingerprintTree(print.leaves).root;
    },
    iscc: async (work) => (await isccOf(deps, work)).code,
  };
}
