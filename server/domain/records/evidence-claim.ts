/** An infringement claim as the EvidenceLedger records it. */
import { type Digest, ZERO_DIGEST } from '../digest.ts';
import {
  type SigningDomain,
  signingDigest,
  type TypedData,
  type TypedDataTypes,
  typedDataDomain,
} from './typed-data.ts';
import { type Address, addressWord, digestBytes, keccakText, keccakWords, uintWord } from './words.ts';

export type EvidenceClaim = {
  readonly workId: Digest;
  /** Leaf hash of the work's segment the suspect is compared with; zero = the record's own code. */
  readonly segment: Digest;
  /** SHA-256 of the suspect's bytes. */
  readonly suspectHash: Digest;
  /** 256-bit perceptual code of the suspect (or of the part of it that was compared). */
  readonly suspectCode: Digest;
  /** The claim: the two codes differ in at most this many bits. The contract counts them. */
  readonly maxDistance: number;
  /** Similarity by the model, in 1/10,000. Not checked on chain: re-derived from the evidence. */
  readonly similarityBps: number;
  readonly modelDigest: Digest;
  /** RFC 6962 root over the evidence files. */
  readonly evidenceRoot: Digest;
  readonly evidenceCid: string;
  /** Who may answer; the zero address when unknown. */
  readonly accused: Address;
  readonly reporter: Address;
};

/** In the order of the contract's `ClaimStatus`. */
export const CLAIM_STATUSES = ['none', 'open', 'answered', 'upheld', 'dismissed', 'withdrawn'] as const;
export type ClaimStatus = (typeof CLAIM_STATUSES)[number];

export const EVIDENCE_CLAIM_TYPES: TypedDataTypes = {
  EvidenceClaim: [
    { name: 'workId', type: 'bytes32' },
    { name: 'segment', type: 'bytes32' },
    { name: 'suspectHash', type: 'bytes32' },
    { name: 'suspectCode', type: 'bytes32' },
    { name: 'maxDistance', type: 'uint16' },
    { name: 'similarityBps', type: 'uint16' },
    { name: 'modelDigest', type: 'bytes32' },
    { name: 'evidenceRoot', type: 'bytes32' },
    { name: 'evidenceCid', type: 'string' },
    { name: 'accused', type: 'address' },
    { name: 'reporter', type: 'address' },
  ],
};

export const CLAIM_FILING_TYPES: TypedDataTypes = {
  ClaimFiling: [
    { name: 'claim', type: 'EvidenceClaim' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
  ...EVIDENCE_CLAIM_TYPES,
};

const EVIDENCE_CLAIM_TYPE =
  'EvidenceClaim(bytes32 workId,bytes32 segment,bytes32 suspectHash,bytes32 suspectCode,uint16 maxDistance,' +
  'uint16 similarityBps,bytes32 modelDigest,bytes32 evidenceRoot,string evidenceCid,address accused,address reporter)';
const EVIDENCE_CLAIM_TYPE_HASH = keccakText(EVIDENCE_CLAIM_TYPE);
const CLAIM_FILING_TYPE_HASH = keccakText(
  `ClaimFiling(EvidenceClaim claim,uint256 nonce,uint256 deadline)${EVIDENCE_CLAIM_TYPE}`,
);

/** `claimId`: EIP-712 `hashStruct` of the claim, reporter included, so the same report has the same id. */
export function hashEvidenceClaim(claim: EvidenceClaim): Digest {
  return keccakWords([
    digestBytes(EVIDENCE_CLAIM_TYPE_HASH),
    digestBytes(claim.workId),
    digestBytes(claim.segment),
    digestBytes(claim.suspectHash),
    digestBytes(claim.suspectCode),
    uintWord(claim.maxDistance, 16),
    uintWord(claim.similarityBps, 16),
    digestBytes(claim.modelDigest),
    digestBytes(claim.evidenceRoot),
    digestBytes(keccakText(claim.evidenceCid)),
    addressWord(claim.accused),
    addressWord(claim.reporter),
  ]);
}

export type ClaimFilingTerms = {
  /** The reporter's next nonce in the ledger. */
  readonly nonce: bigint | number;
  /** Unix seconds after which the signature is void. */
  readonly deadline: bigint | number;
};

export type ClaimFilingMessage = {
  readonly claim: EvidenceClaim;
  readonly nonce: string;
  readonly deadline: string;
};

/** What the reporter signs so that a relayer may file the claim. */
export function claimFilingTypedData(
  claim: EvidenceClaim,
  terms: ClaimFilingTerms,
  domain: SigningDomain,
): TypedData<ClaimFilingMessage> {
  return {
    domain: typedDataDomain(domain),
    types: CLAIM_FILING_TYPES,
    primaryType: 'ClaimFiling',
    message: {
      claim,
      nonce: BigInt(terms.nonce).toString(),
      deadline: BigInt(terms.deadline).toString(),
    },
  };
}

export function claimFilingDigest(
  claim: EvidenceClaim,
  terms: ClaimFilingTerms,
  domain: SigningDomain,
): Digest {
  const structHash = keccakWords([
    digestBytes(CLAIM_FILING_TYPE_HASH),
    digestBytes(hashEvidenceClaim(claim)),
    uintWord(terms.nonce),
    uintWord(terms.deadline),
  ]);
  return signingDigest(domain, structHash);
}

/** Number of bits in which two 256-bit codes differ. */
export function hammingDistance(a: Digest, b: Digest): number {
  const left = digestBytes(a);
  const right = digestBytes(b);
  let distance = 0;
  for (let i = 0; i < 32; i += 1) {
    for (let rest = (left[i] as number) ^ (right[i] as number); rest !== 0; rest &= rest - 1) distance += 1;
  }
  return distance;
}

/** What the contract compares: `undefined` when a code is missing, in which case only an exact claim stands. */
export function comparableDistance(reference: Digest, suspect: Digest): number | undefined {
  if (/^0x0+$/.test(reference) || /^0x0+$/.test(suspect)) return undefined;
  return hammingDistance(reference, suspect);
}

/** `segment` of a claim that compares with the record's own code. */
export const WHOLE_WORK_SEGMENT: Digest = ZERO_DIGEST;
