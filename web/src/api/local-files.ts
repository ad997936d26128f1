/** Files that this visit uploaded or was shown, by content hash: what the user has need not be fetched to be played. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createStore } from '../store.ts';

/** Local files by content hash. */
export const localFiles = createStore<ReadonlyMap<string, File>>(new Map());

/** Keeps a file of this visit under its content hash. The browser holds a reference, not a copy. */
export function keepLocalFile(contentHash: string, file: File): void {
  localFiles.set(new Map(localFiles.get()).set(contentHash, file));
}

/** Hashes a file piece by piece, however long it is. */
export async function hashFile(file: Blob): Promise<`0x${string}`> {
  const hash = sha256.create();
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return `0x${bytesToHex(hash.digest())}`;
    hash.update(value);
  }
}
