import type { Digest } from '../../../domain/digest.ts';
import type { LeafPrint } from '../../../domain/fingerprint.ts';
import type { MerkleTree } from '../../../domain/records/merkle.ts';
import { fingerprintTree, packLocator, type Segment } from '../../../domain/records/segment.ts';
import type { TextPrint } from './text-print.ts';

/** The leaves that a record commits to: the whole first, then each stretch as a range of characters. */
export function textSegments(print: TextPrint): Segment[] {
  return print.segments.map(({ start, end, code, vectorDigest }, index) => ({
    locator:
      index === 0
        ? packLocator({ kind: 'whole', index })
        : packLocator({ kind: 'characters', index, start, end }),
    code,
    vectorDigest,
  }));
}

/** The tree over them: its root is the record's `fingerprintRoot`, its paths prove single stretches. */
export function textFingerprintTree(print: TextPrint): MerkleTree {
  return fingerprintTree(textSegments(print));
}

/** Root that the record binds. */
export function textFingerprintRoot(print: TextPrint): Digest {
  return textFingerprintTree(print).root;
}

/** Indexes of the segments that lie wholly within a range of characters: those that a claim about it may cite. */
export function segmentsWithin(print: TextPrint, range: readonly [start: number, end: number]): number[] {
  const indexes: number[] = [];
  for (let index = 1; index < print.segments.length; index++) {
    const { start, end } = print.segments[index]!;
    if (start >= range[0] && end <= range[1]) indexes.push(index);
  }
  return indexes;
}

/** The print of a text as record and proof take it: without what its digests are made of, which would tell the text. */
export function textLeaves(print: TextPrint): LeafPrint {
  const { medium, modelDigest, lowInformation } = print;
  const leaves = textSegments(print).map((segment) => ({ ...segment, vector: null }));
  return { medium, modelDigest, lowInformation, leaves };
}
