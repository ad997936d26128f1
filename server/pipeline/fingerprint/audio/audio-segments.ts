import { sha256 } from '@noble/hashes/sha2.js';
import type { Digest } from '../../../domain/digest.ts';
import { toHex, ZERO_DIGEST } from '../../../domain/digest.ts';
import type { LeafPrint, Vector } from '../../../domain/fingerprint.ts';
import type { Segment } from '../../../domain/records/segment.ts';
import { fingerprintTree, packLocator } from '../../../domain/records/segment.ts';
import type { AudioPrint } from './audio-print.ts';

/**
 * The leaves of a sound's record, in order: the whole work, then every window as a time span (locator kind 2).
 * A print of low information has one leaf, the whole, with code and vector digest zero.
 */
export function audioSegments(print: AudioPrint): Segment[] {
  const locator = packLocator({ kind: 'whole', index: 0 });
  if (!print.whole) return [{ locator, code: ZERO_DIGEST, vectorDigest: ZERO_DIGEST }];
  const { code, vector } = print.whole;
  const leaves = print.windows.map(({ startMs, endMs, code: windowCode, vector: windowVector }, i) => ({
    locator: packLocator({ kind: 'span', index: i + 1, startMs, endMs }),
    code: windowCode,
    vectorDigest: digestVector(windowVector),
  }));
  return [{ locator, code, vectorDigest: digestVector(vector) }, ...leaves];
}

/** Root that the record binds: RFC 6962 over `audioSegments`. */
export function audioFingerprintRoot(print: AudioPrint): Digest {
  return fingerprintTree(audioSegments(print)).root;
}

/** Indexes of the leaves that a stretch of the work touches. */
export function windowsWithin(print: AudioPrint, startMs: number, endMs: number): number[] {
  return print.windows.flatMap((window, i) =>
    window.startMs < endMs && window.endMs > startMs ? [i + 1] : [],
  );
}

function digestVector({ buffer, byteOffset, byteLength }: Vector): Digest {
  return toHex(sha256(new Uint8Array(buffer, byteOffset, byteLength)));
}

/** The print of a sound as record and proof take it. */
export function audioLeaves(print: AudioPrint): LeafPrint {
  const { medium, modelDigest, lowInformation } = print;
  const vectors = [print.whole?.vector ?? null, ...print.windows.map(({ vector }) => vector)];
  const leaves = audioSegments(print).map((segment, i) => ({ ...segment, vector: vectors[i] ?? null }));
  return { medium, modelDigest, lowInformation, leaves };
}
