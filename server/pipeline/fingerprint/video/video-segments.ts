import { sha256 } from '@noble/hashes/sha2.js';
import type { Digest } from '../../../domain/digest.ts';
import { toHex, ZERO_DIGEST } from '../../../domain/digest.ts';
import type { LeafPrint, Vector } from '../../../domain/fingerprint.ts';
import type { Segment } from '../../../domain/records/segment.ts';
import { fingerprintTree, packLocator } from '../../../domain/records/segment.ts';
import type { VideoPrint } from './video-print.ts';

/**
 * The leaves of a video's record, in order: the whole work, then every stretch as a time span (locator kind 2), so
 * that a claim about one stretch carries the inclusion proof of exactly its leaves. A print of low information has
 * one leaf, the whole, with code and vector digest zero.
 */
export function videoSegments(print: VideoPrint): Segment[] {
  const locator = packLocator({ kind: 'whole', index: 0 });
  if (!print.whole) return [{ locator, code: ZERO_DIGEST, vectorDigest: ZERO_DIGEST }];
  const { code, vector } = print.whole;
  const whole = { locator, code, vectorDigest: digestVector(vector) };
  return [whole, ...print.spans.map((span, i) => spanLeaf(span, i + 1))];
}

/** Root that the record binds: RFC 6962 over `videoSegments`. */
export function videoFingerprintRoot(print: VideoPrint): Digest {
  return fingerprintTree(videoSegments(print)).root;
}

/** Indexes of the leaves that a stretch of the work touches. */
export function leavesWithin(print: VideoPrint, startMs: number, endMs: number): number[] {
  return print.spans.flatMap((span, i) => (span.startMs < endMs && span.endMs > startMs ? [i + 1] : []));
}

function spanLeaf(span: VideoPrint['spans'][number], index: number): Segment {
  const locator = packLocator({ kind: 'span', index, startMs: span.startMs, endMs: span.endMs });
  return { locator, code: span.code, vectorDigest: digestVector(span.vector) };
}

function digestVector({ buffer, byteOffset, byteLength }: Vector): Digest {
  return toHex(sha256(new Uint8Array(buffer, byteOffset, byteLength)));
}

/** The print of a video as record and proof take it. */
export function videoLeaves(print: VideoPrint): LeafPrint {
  const { medium, modelDigest, lowInformation } = print;
  const vectors = [print.whole?.vector ?? null, ...print.spans.map((span) => span.vector)];
  const leaves = videoSegments(print).map((segment, i) => ({ ...segment, vector: vectors[i] ?? null }));
  return { medium, modelDigest, lowInformation, leaves };
}
