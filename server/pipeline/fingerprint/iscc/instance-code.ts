import { blake3 } from '@noble/hashes/blake3.js';

/** Takes the bytes of a file as they come. */
export interface ByteHasher {
  push(bytes: Uint8Array): void;
  /** Body of the code, 256 bits. Call it once, at the end. */
  finish(): Uint8Array;
}

/** Instance-Code (ISO 24138, 5.9): BLAKE3 of the file. Similar files have nothing in common here. */
export function createInstanceHasher(): ByteHasher {
  const hash = blake3.create();
  return { push: (bytes) => void hash.update(bytes), finish: () => hash.digest() };
}
