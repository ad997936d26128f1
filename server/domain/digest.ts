/** A 32-byte value as `0x` + 64 lower-case hex digits: SHA-256 digests, keccak digests, 256-bit codes. */
export type Digest = `0x${string}`;

const DIGEST = /^0x[0-9a-f]{64}$/;

/** The value that stands for "no digest" or "no perceptual code". */
export const ZERO_DIGEST: Digest = `0x${'0'.repeat(64)}`;

/** Whether `value` is `0x` + 64 lower-case hex digits. */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && DIGEST.test(value);
}

const BYTES_AS_HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case `0x` hex of bytes. */
export function toHex(bytes: Uint8Array): `0x${string}` {
  // Joined, and not added up: the engine keeps the pieces of a sum of strings, 900 bytes for a digest of 66.
  const parts = ['0x'];
  for (const byte of bytes) parts.push(BYTES_AS_HEX[byte]!);
  return parts.join('') as `0x${string}`;
}

/** Bytes of `0x` hex. Throws `RangeError` on an odd length or a non-hex digit. */
export function fromHex(hex: string): Uint8Array {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(hex)) throw new RangeError(`not hex: ${hex.slice(0, 20)}`);
  const bytes = new Uint8Array((hex.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 + 2 * i, 4 + 2 * i), 16);
  return bytes;
}
