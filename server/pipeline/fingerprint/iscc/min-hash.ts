import { MIN_HASH_FACTORS, MIN_HASH_TERMS } from './min-hash-constants.ts';

const FUNCTIONS = 64;
/** Lowest bits of each minimum that go into the digest. */
const KEPT_BITS = 4;
const WORD = 2 ** 32;

/** Takes features one by one and keeps the 64 minima; memory does not grow with their number. */
export interface MinHash {
  /** An unsigned 32-bit integer. */
  add(feature: number): void;
  /** 256 bits: the four lowest bits of each minimum, first all the lowest ones. */
  digest(): Uint8Array;
}

/**
 * MinHash of ISO 24138: the functions `((a·x + b) mod 2⁶⁴) mod (2⁶¹ − 1) mod 2³²` under fixed constants. Computed in
 * 32-bit words, because a long file has a million features and BigInt takes twenty times as long.
 */
export function createMinHash(): MinHash {
  const minima = new Uint32Array(FUNCTIONS).fill(0xffffffff);
  return {
    add(feature) {
      for (let i = 0; i < FUNCTIONS; i++) {
        const value = permute(feature, i);
        if (value < minima[i]!) minima[i] = value;
      }
    },
    digest() {
      const digest = new Uint8Array((FUNCTIONS * KEPT_BITS) / 8);
      for (let at = 0; at < FUNCTIONS * KEPT_BITS; at++) {
        const bit = (minima[at % FUNCTIONS]! >>> Math.floor(at / FUNCTIONS)) & 1;
        digest[at >>> 3]! |= bit << (7 - (at & 7));
      }
      return digest;
    },
  };
}

const FACTOR_LOW = words(MIN_HASH_FACTORS, 0n, 0xffffn);
const FACTOR_MIDDLE = words(MIN_HASH_FACTORS, 16n, 0xffffn);
const FACTOR_HIGH = words(MIN_HASH_FACTORS, 32n, 0xffffffffn);
const TERM_LOW = words(MIN_HASH_TERMS, 0n, 0xffffffffn);
const TERM_HIGH = words(MIN_HASH_TERMS, 32n, 0xffffffffn);

function permute(feature: number, i: number): number {
  // Products of 32 by 16 bits are exact in a double; so are the sums below.
  const left = feature * FACTOR_LOW[i]!;
  const right = feature * FACTOR_MIDDLE[i]!;
  const sum = left + (right % 65536) * 65536 + TERM_LOW[i]!;
  const sumLow = sum >>> 0;
  const carry = (sum - sumLow) / WORD + Math.floor(right / 65536);
  const sumHigh = (Math.imul(feature, FACTOR_HIGH[i]!) + TERM_HIGH[i]! + carry) >>> 0;
  // 2⁶¹ ≡ 1, so the three bits above are added below.
  let low = sumLow + (sumHigh >>> 29);
  let high = sumHigh & 0x1fffffff;
  if (low >= WORD) {
    low -= WORD;
    high++;
  }
  const isOver = high === 0x20000000 || (high === 0x1fffffff && low === 0xffffffff);
  return isOver ? (low + 1) >>> 0 : low;
}

function words(values: readonly bigint[], shift: bigint, mask: bigint): Float64Array {
  return Float64Array.from(values, (value) => Number((value >> shift) & mask));
}
