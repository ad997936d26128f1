/**
 * SimHash (Charikar, 2002) of digests of one length: a bit is one where at least half of the digests have it. Needs at
 * least one digest.
 */
export function simHash(digests: readonly Uint8Array[]): Uint8Array {
  const bytes = digests[0]!.length;
  const ones = new Uint32Array(bytes * 8);
  for (const digest of digests) {
    for (let bit = 0; bit < ones.length; bit++) ones[bit]! += (digest[bit >>> 3]! >>> (7 - (bit & 7))) & 1;
  }
  const hash = new Uint8Array(bytes);
  for (let bit = 0; bit < ones.length; bit++) {
    if (ones[bit]! * 2 >= digests.length) hash[bit >>> 3]! |= 0x80 >>> (bit & 7);
  }
  return hash;
}
