/** The golden vectors, typed. Also read by the contract tests: both sides must give these digests. */
import { readFileSync } from 'node:fs';
import type { Digest } from '../../../server/domain/digest.ts';
import type {
  Address,
  EvidenceClaim,
  Locator,
  Segment,
  WorkRecord,
} from '../../../server/domain/records/index.ts';

type Terms = { readonly nonce: string; readonly deadline: string; readonly digest: Digest };
type Domain = { readonly chainId: number; readonly verifyingContract: Address };

export type WorkRecordVector = {
  readonly record: WorkRecord;
  readonly workId: Digest;
  readonly domain: Domain;
  readonly registration: Terms;
  readonly consentDigest: Digest;
  readonly commitment: { readonly sender: Address; readonly salt: Digest; readonly digest: Digest };
};

export type EvidenceClaimVector = {
  readonly claim: EvidenceClaim;
  readonly claimId: Digest;
  readonly domain: Domain;
  readonly filing: Terms;
  readonly referenceCode: Digest;
  readonly hammingDistance: number;
};

export type SegmentVectors = {
  readonly segments: readonly {
    readonly locator: Locator;
    readonly segment: Segment;
    readonly encoded: `0x${string}`;
    readonly leafHash: Digest;
  }[];
  readonly fingerprintRoot: Digest;
  readonly paths: readonly (readonly Digest[])[];
};

export type MerkleVector = {
  readonly size: number;
  readonly root: Digest;
  readonly inclusion: readonly {
    readonly index: number;
    readonly leafHash: Digest;
    readonly path: readonly Digest[];
  }[];
  readonly consistency: readonly {
    readonly oldSize: number;
    readonly oldRoot: Digest;
    readonly path: readonly Digest[];
  }[];
};

export type BatchVectors = {
  readonly chainId: number;
  readonly registry: Address;
  readonly genesisHead: Digest;
  readonly batches: readonly {
    readonly root: Digest;
    readonly size: number;
    readonly submitter: Address;
    readonly timestamp: number;
    readonly batchId: Digest;
    readonly previousHead: Digest;
    readonly head: Digest;
  }[];
};

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/records/${name}`, import.meta.url), 'utf8')) as T;
}

export const golden = {
  workRecords: read<readonly WorkRecordVector[]>('work-records.json'),
  evidenceClaims: read<readonly EvidenceClaimVector[]>('evidence-claims.json'),
  segments: read<SegmentVectors>('segments.json'),
  merkleTrees: read<readonly MerkleVector[]>('merkle-trees.json'),
  batches: read<BatchVectors>('batches.json'),
};
