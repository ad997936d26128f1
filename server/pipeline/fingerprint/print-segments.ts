import { sha256 } from '@noble/hashes/sha2.js';
import type { Digest } from '../../domain/digest.ts';
import { toHex, ZERO_DIGEST } from '../../domain/digest.ts';
import type { LeafPrint, Print, PrintSegment } from '../../domain/fingerprint.ts';
import type { Segment } from '../../domain/records/segment.ts';
import { fingerprintTree, packLocator, quantizeRegion } from '../../domain/records/segment.ts';

/** One leaf of a record's fingerprint: place, code and SHA-256 of the vector's 256 bytes. `index` 0 is the whole. */
export function toSegment(segment: PrintSegment, index: number): Segment {
  const { x, y, width, height } = segment.box;
  const locator =
    index === 0
      ? packLocator({ kind: 'whole', index })
      : packLocator({ kind: 'region', index, region: quantizeRegion({ x, y, w: width, h: height }) });
  const { buffer, byteOffset, byteLength } = segment.vector;
  const vectorDigest = toHex(sha256(new Uint8Array(buffer, byteOffset, byteLength)));
  return { locator, code: segment.code, vectorDigest };
}

/**
 * The leaves of a print in order. A low-information print has one: the whole, with code and vector digest zero,
 * so that its record exists without claiming a look.
 */
export function printSegments(print: Print): Segment[] {
  if (print.segments.length === 0) {
    return [
      { locator: packLocator({ kind: 'whole', index: 0 }), code: ZERO_DIGEST, vectorDigest: ZERO_DIGEST },
    ];
  }
  return print.segments.map(toSegment);
}

/** Root that the record binds: RFC 6962 over `printSegments`. */
export function fingerprintRoot(print: Print): Digest {
  return fingerprintTree(printSegments(print)).root;
}

/** The print of a picture as record and proof take it. */
export function imageLeaves(print: Print): LeafPrint {
  const { medium, modelDigest, lowInformation } = print;
  const leaves = printSegments(print).map((segment, i) => ({
    ...segment,
    vector: print.segments[i]?.vector ?? null,
  }));
  return { medium, modelDigest, lowInformation, leaves };
}
