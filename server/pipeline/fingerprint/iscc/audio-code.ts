import { simHash } from './sim-hash.ts';

/**
 * Body of an Audio-Code (ISO 24138, 5.5) from a Chromaprint fingerprint (32-bit integers, signed or not, in order of
 * time): 256 bits, eight SimHashes of 32 bits: of all values, of each quarter of the time, of each third by value.
 */
export function audioCode(chromaprint: readonly number[]): Uint8Array {
  const values = chromaprint.map((value) => value | 0);
  const body = new Uint8Array(32);
  if (values.length === 0) return body;
  const sorted = values.toSorted((a, b) => a - b);
  const groups = [values, ...split(values, 4), ...split(sorted, 3)];
  for (const [i, group] of groups.entries())
    if (group.length > 0) body.set(simHash(group.map(toBytes)), 4 * i);
  return body;
}

/** `count` stretches of nearly one length, the longer ones first. */
function split(values: readonly number[], count: number): number[][] {
  const short = Math.floor(values.length / count);
  const longer = values.length % count;
  return Array.from({ length: count }, (_, i) => {
    const start = i * short + Math.min(i, longer);
    return values.slice(start, start + short + (i < longer ? 1 : 0));
  });
}

function toBytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
