/**
 * The 32-byte words that ABI encoding and EIP-712 are made of, and the two hashes over them.
 *
 * Everything here is synchronous and free of Node APIs, because the console recomputes digests in the browser.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Digest, fromHex, toHex } from '../digest.ts';

/** `0x` and 40 hexadecimal digits; a checksummed spelling is accepted, case carries no meaning. */
export type Address = `0x${string}`;

/** The zero address: "nobody is named". */
export const ZERO_ADDRESS: Address = `0x${'00'.repeat(20)}`;

const DIGEST_ANY_CASE = /^0x[0-9a-fA-F]{64}$/;
const ADDRESS_ANY_CASE = /^0x[0-9a-fA-F]{40}$/;

export function isAddress(value: unknown): value is Address {
  return typeof value === 'string' && ADDRESS_ANY_CASE.test(value);
}

/** The 32 bytes of a digest. Throws `RangeError` when it is none. */
export function digestBytes(digest: Digest): Uint8Array {
  if (!DIGEST_ANY_CASE.test(digest)) throw new RangeError(`not a digest: ${String(digest)}`);
  return fromHex(digest);
}

/** The digest that 32 bytes spell. */
export function toDigest(bytes: Uint8Array): Digest {
  if (bytes.length !== 32) throw new RangeError(`a digest has 32 bytes, got ${bytes.length}`);
  return toHex(bytes);
}

export function sha256Digest(bytes: Uint8Array): Digest {
  return toDigest(sha256(bytes));
}

export function keccakDigest(bytes: Uint8Array): Digest {
  return toDigest(keccak_256(bytes));
}

export function keccakText(text: string): Digest {
  return keccakDigest(utf8ToBytes(text));
}

/** `keccak256(abi.encode(...))` of static words. */
export function keccakWords(words: readonly Uint8Array[]): Digest {
  return keccakDigest(concatBytes(...words));
}

/** An address as the ABI encodes it: left-padded to 32 bytes. */
export function addressWord(address: Address): Uint8Array {
  if (!isAddress(address)) throw new RangeError(`not an address: ${String(address)}`);
  return fromHex(`0x${address.slice(2).padStart(64, '0')}`);
}

/** An unsigned integer as the ABI encodes it. Throws `RangeError` beyond `bits`. */
export function uintWord(value: bigint | number, bits = 256): Uint8Array {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError(`not an integer: ${value}`);
  const big = BigInt(value);
  if (big < 0n || big >> BigInt(bits) !== 0n) throw new RangeError(`does not fit uint${bits}: ${big}`);
  return fromHex(`0x${big.toString(16).padStart(64, '0')}`);
}
