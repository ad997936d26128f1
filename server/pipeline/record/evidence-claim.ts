import type { Digest } from '../../domain/digest.ts';
import { ZERO_DIGEST } from '../../domain/digest.ts';
import {
  type Address,
  comparableDistance,
  type EvidenceClaim,
  fingerprintTree,
  hashEvidenceClaim,
  hashWorkRecord,
  type Segment,
  segmentLeafHash,
  WHOLE_WORK_SEGMENT,
  type WorkRecord,
  ZERO_ADDRESS,
} from '../../domain/records/index.ts';
import { InputError } from '../../errors.ts';

/** What `buildEvidenceClaim` needs. */
export interface EvidenceClaimInput {
  readonly record: WorkRecord;
  /** Leaves of the work's fingerprint, in order (from `buildWorkRecord` or the metadata). */
  readonly segments: readonly Segment[];
  /** Which of them the suspect is compared with; 0 = the whole work. */
  readonly workSegment: number;
  readonly suspectHash: Digest;
  /** Zero when the suspect has no look (low information). */
  readonly suspectCode: Digest;
  /** Cosine similarity, −1…1. */
  readonly similarity: number;
  readonly modelDigest: Digest;
  readonly evidenceRoot: Digest;
  readonly evidenceCid: string;
  readonly accused: Address | null;
  readonly reporter: Address;
}

/** Where a segment lies in the tree behind `fingerprintRoot`; the contract's `SegmentProof`. */
export interface SegmentProof {
  readonly segment: Segment;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Digest[];
}

/** A claim, its id on the chain, and what the contract needs besides. */
export interface BuiltClaim {
  readonly claim: EvidenceClaim;
  readonly claimId: Digest;
  /** Null when the claim compares with the record's own code. */
  readonly segmentProof: SegmentProof | null;
  /** Hamming distance of the two codes, 0…256; 0 for an exact copy without codes. */
  readonly hammingDistance: number;
}

/**
 * Builds the claim that the ledger records. `maxDistance` is the true distance, so the contract's own count must
 * agree exactly. Throws `InputError('invalid_request')` when there is neither a code to compare nor equal bytes.
 */
export function buildEvidenceClaim(input: EvidenceClaimInput): BuiltClaim {
  const segment = input.segments[input.workSegment];
  if (segment === undefined)
    throw new InputError('invalid_request', `the work has no segment ${input.workSegment}`);
  const distance = comparableDistance(segment.code, input.suspectCode);
  if (distance === undefined && input.suspectHash !== input.record.contentHash) {
    throw new InputError('invalid_request', 'one side has no perceptual code and the bytes differ');
  }
  const whole = input.workSegment === 0;
  const claim: EvidenceClaim = {
    workId: hashWorkRecord(input.record),
    segment: whole ? WHOLE_WORK_SEGMENT : segmentLeafHash(segment),
    suspectHash: input.suspectHash,
    suspectCode: distance === undefined ? ZERO_DIGEST : input.suspectCode,
    maxDistance: distance ?? 0,
    similarityBps: similarityBps(input.similarity),
    modelDigest: input.modelDigest,
    evidenceRoot: input.evidenceRoot,
    evidenceCid: input.evidenceCid,
    accused: (input.accused ?? ZERO_ADDRESS).toLowerCase() as Address,
    reporter: input.reporter.toLowerCase() as Address,
  };
  const segmentProof = whole ? null : proveSegment(input.segments, input.workSegment);
  return { claim, claimId: hashEvidenceClaim(claim), segmentProof, hammingDistance: distance ?? 0 };
}

/** Similarity in 1/10,000, rounded down so that the claim never says more than was measured; negatives are 0. */
export function similarityBps(similarity: number): number {
  // The nudge undoes binary fractions: 0.57 · 10,000 is 5,699.999….
  return Math.max(0, Math.min(10_000, Math.floor(similarity * 10_000 + 1e-9)));
}

/** The inclusion proof of one segment. */
export function proveSegment(segments: readonly Segment[], index: number): SegmentProof {
  const tree = fingerprintTree(segments);
  // Field by field: a leaf may bring its vector, which the contract does not know.
  const { locator, code, vectorDigest } = segments[index]!;
  return {
    segment: { locator, code, vectorDigest },
    index,
    size: tree.size,
    path: tree.inclusionPath(index),
  };
}
