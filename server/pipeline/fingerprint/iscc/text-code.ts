import { collapseText } from './clean-text.ts';
import { createMinHash } from './min-hash.ts';
import { xxh32 } from './xxh32.ts';

const GRAM = 13;
/** Grams after which others get their turn: about 20 ms. */
const TURN = 1 << 16;

/** Body of a Text-Code (ISO 24138, 5.3): 256-bit MinHash over the 13-grams of the collapsed text. */
export async function textCode(text: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(collapseText(text));
  const minHash = createMinHash();
  // Where the last 13 characters begin, in turns.
  const starts = new Uint32Array(GRAM);
  let characters = 0;
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at]! & 0xc0) === 0x80) continue;
    // A gram ends where the character after it begins.
    if (characters >= GRAM) minHash.add(xxh32(bytes, starts[characters % GRAM], at));
    starts[characters++ % GRAM] = at;
    if (characters % TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  minHash.add(xxh32(bytes, characters >= GRAM ? starts[characters % GRAM] : 0, bytes.length));
  return minHash.digest();
}
