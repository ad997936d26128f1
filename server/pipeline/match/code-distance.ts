import type { Digest } from '../../domain/digest.ts';

/** Bits in which two 256-bit codes differ, 0…256; what the EvidenceLedger recomputes on the chain. */
export function hammingDistance(a: Digest, b: Digest): number {
  let differing = BigInt(a) ^ BigInt(b);
  let count = 0;
  while (differing > 0n) {
    count += popcount32(Number(differing & 0xffffffffn));
    differing >>= 32n;
  }
  return count;
}

function popcount32(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
