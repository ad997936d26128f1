import type { Digest } from '../domain/digest.ts';
import { isDigest } from '../domain/digest.ts';
import type { Address } from '../domain/records/index.ts';
import { isAddress } from '../domain/records/index.ts';
import { UpstreamError } from '../errors.ts';

/** A node's `0x` quantity as a number. Throws `chain_lying` on anything else, or beyond 2^53. */
export function toNumber(value: unknown): number {
  const number =
    typeof value === 'bigint' ? Number(value) : typeof value === 'string' ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < 0) throw nonsense('a number', value);
  return number;
}

/** A node's 32 bytes, lower case. Throws `chain_lying` on anything else. */
export function toWord(value: unknown): Digest {
  const word = typeof value === 'string' ? value.toLowerCase() : value;
  if (!isDigest(word)) throw nonsense('32 bytes', value);
  return word;
}

/** An address in lower case, as the whole service keeps it. Throws `chain_lying` on anything else. */
export function toAddress(value: unknown): Address {
  if (!isAddress(value)) throw nonsense('an address', value);
  return value.toLowerCase() as Address;
}

/** What a contract or node may not say. */
export function lying(detail: string): UpstreamError {
  return new UpstreamError('chain_lying', detail);
}

function nonsense(expected: string, value: unknown): UpstreamError {
  return lying(`the node gave ${JSON.stringify(value) ?? 'nothing'} for ${expected}`.slice(0, 200));
}
