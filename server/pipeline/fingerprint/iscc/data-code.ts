import { GEAR } from './gear.ts';
import type { ByteHasher } from './instance-code.ts';
import { createMinHash } from './min-hash.ts';
import { xxh32 } from './xxh32.ts';

// Chunks of about 1 KiB (FastCDC with normalized chunking, Xia et al. 2016): harder to end before CENTER, easier after.
const SHORTEST = 256;
const CENTER = 640;
const LONGEST = 8192;
const HARD_MASK = 2 ** 11 - 1;
const EASY_MASK = 2 ** 9 - 1;

/** Data-Code (ISO 24138, 5.8): MinHash over chunks that end where the content says so; memory is constant. */
export function createDataHasher(): ByteHasher {
  const minHash = createMinHash();
  let held: Uint8Array = new Uint8Array(0);
  let isEmpty = true;
  const take = (start: number, end: number) => {
    minHash.add(xxh32(held, start, end));
    isEmpty = false;
  };
  return {
    push(bytes) {
      const joined = new Uint8Array(held.length + bytes.length);
      joined.set(held);
      joined.set(bytes, held.length);
      held = joined;
      let start = 0;
      // Where less than the longest chunk is left, what comes may still move its end.
      while (held.length - start > LONGEST) {
        const end = endOfChunk(held, start);
        take(start, end);
        start = end;
      }
      held = held.slice(start);
    },
    finish() {
      for (let start = 0; start < held.length; ) {
        const end = endOfChunk(held, start);
        take(start, end);
        start = end;
      }
      if (isEmpty) take(0, 0);
      return minHash.digest();
    },
  };
}

/** Where the chunk that begins at `start` ends. */
export function endOfChunk(bytes: Uint8Array, start: number): number {
  const limit = bytes.length;
  const center = Math.min(limit, start + CENTER);
  const last = Math.min(limit, start + LONGEST);
  let rolling = 0;
  let at = Math.min(limit, start + SHORTEST);
  for (; at < center; at++) {
    rolling = (rolling >>> 1) + GEAR[bytes[at]!]!;
    if ((rolling & HARD_MASK) === 0) return at + 1;
  }
  for (; at < last; at++) {
    rolling = (rolling >>> 1) + GEAR[bytes[at]!]!;
    if ((rolling & EASY_MASK) === 0) return at + 1;
  }
  return at;
}
