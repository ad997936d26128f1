import type { Digest } from '../../domain/digest.ts';
import { ZERO_DIGEST } from '../../domain/digest.ts';
import type { LeafPrint } from '../../domain/fingerprint.ts';
import {
  type Address,
  fingerprintTree,
  hashWorkRecord,
  type Segment,
  type WorkRecord,
  ZERO_ADDRESS,
} from '../../domain/records/index.ts';
import { InputError } from '../../errors.ts';

/** What `buildWorkRecord` needs to know of a work. */
export interface WorkRecordInput {
  readonly contentHash: Digest;
  readonly mediaType: string;
  readonly owner: Address;
  readonly print: LeafPrint;
  readonly metadataCid: string;
}

/** A record, its digest (the work's id on the chain) and the leaves behind its fingerprint root. */
export interface BuiltRecord {
  readonly record: WorkRecord;
  readonly recordDigest: Digest;
  readonly segments: readonly Segment[];
}

/**
 * Fifth stage, first half: the canonical record of a work. Pure: equal input gives the equal digest.
 * Throws `InputError('invalid_request')` when nobody is named as the owner.
 */
export function buildWorkRecord(input: WorkRecordInput): BuiltRecord {
  const owner = input.owner.toLowerCase() as Address;
  if (owner === ZERO_ADDRESS)
    throw new InputError('invalid_request', 'the owner may not be the zero address');
  const segments = input.print.leaves;
  const record: WorkRecord = {
    contentHash: input.contentHash,
    code: segments[0]?.code ?? ZERO_DIGEST,
    fingerprintRoot: fingerprintTree(segments).root,
    modelDigest: input.print.modelDigest,
    mediaType: input.mediaType,
    metadataCid: input.metadataCid,
    owner,
  };
  return { record, recordDigest: hashWorkRecord(record), segments };
}
