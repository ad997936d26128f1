/** The canonical record of a work: the bytes that Solidity, the service and a verifier agree on. */
import type { Digest } from '../digest.ts';
import {
  type SigningDomain,
  signingDigest,
  type TypedData,
  type TypedDataTypes,
  typedDataDomain,
} from './typed-data.ts';
import { type Address, addressWord, digestBytes, keccakText, keccakWords, uintWord } from './words.ts';

/** What a registration binds. Its digest is the work's id. */
export type WorkRecord = {
  /** SHA-256 of the file's bytes. */
  readonly contentHash: Digest;
  /** 256-bit perceptual code; zero = "has none" (near-uniform media, known by its hash only). */
  readonly code: Digest;
  /** RFC 6962 root over the fingerprint's segments. */
  readonly fingerprintRoot: Digest;
  /** SHA-256 of the model that made the fingerprint. */
  readonly modelDigest: Digest;
  /** IANA media type. */
  readonly mediaType: string;
  /** IPFS CID of the metadata. */
  readonly metadataCid: string;
  readonly owner: Address;
};

/** How a claim came to the chain, in the order of the contract's `Lane`. */
export const LANES = ['direct', 'relayed', 'revealed', 'promoted'] as const;
export type Lane = (typeof LANES)[number];

export const WORK_RECORD_TYPES: TypedDataTypes = {
  WorkRecord: [
    { name: 'contentHash', type: 'bytes32' },
    { name: 'code', type: 'bytes32' },
    { name: 'fingerprintRoot', type: 'bytes32' },
    { name: 'modelDigest', type: 'bytes32' },
    { name: 'mediaType', type: 'string' },
    { name: 'metadataCid', type: 'string' },
    { name: 'owner', type: 'address' },
  ],
};

export const REGISTRATION_TYPES: TypedDataTypes = {
  Registration: [
    { name: 'record', type: 'WorkRecord' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
  ...WORK_RECORD_TYPES,
};

const WORK_RECORD_TYPE =
  'WorkRecord(bytes32 contentHash,bytes32 code,bytes32 fingerprintRoot,bytes32 modelDigest,' +
  'string mediaType,string metadataCid,address owner)';
const WORK_RECORD_TYPE_HASH = keccakText(WORK_RECORD_TYPE);
const REGISTRATION_TYPE_HASH = keccakText(
  `Registration(WorkRecord record,uint256 nonce,uint256 deadline)${WORK_RECORD_TYPE}`,
);

/** `workId`: EIP-712 `hashStruct` of the record, without a domain, so one work has one id on every chain. */
export function hashWorkRecord(record: WorkRecord): Digest {
  return keccakWords([
    digestBytes(WORK_RECORD_TYPE_HASH),
    digestBytes(record.contentHash),
    digestBytes(record.code),
    digestBytes(record.fingerprintRoot),
    digestBytes(record.modelDigest),
    digestBytes(keccakText(record.mediaType)),
    digestBytes(keccakText(record.metadataCid)),
    addressWord(record.owner),
  ]);
}

export type RegistrationTerms = {
  /** The owner's next nonce in the registry. */
  readonly nonce: bigint | number;
  /** Unix seconds after which the signature is void. */
  readonly deadline: bigint | number;
};

export type RegistrationMessage = {
  readonly record: WorkRecord;
  readonly nonce: string;
  readonly deadline: string;
};

/** What the owner signs so that a relayer may call `registerFor`. */
export function registrationTypedData(
  record: WorkRecord,
  terms: RegistrationTerms,
  domain: SigningDomain,
): TypedData<RegistrationMessage> {
  return {
    domain: typedDataDomain(domain),
    types: REGISTRATION_TYPES,
    primaryType: 'Registration',
    message: {
      record,
      nonce: BigInt(terms.nonce).toString(),
      deadline: BigInt(terms.deadline).toString(),
    },
  };
}

export function registrationDigest(
  record: WorkRecord,
  terms: RegistrationTerms,
  domain: SigningDomain,
): Digest {
  const structHash = keccakWords([
    digestBytes(REGISTRATION_TYPE_HASH),
    digestBytes(hashWorkRecord(record)),
    uintWord(terms.nonce),
    uintWord(terms.deadline),
  ]);
  return signingDigest(domain, structHash);
}

/**
 * The owner's standing consent: a signature over the bare record. It needs no nonce because a record exists at
 * most once; it is collected when a work enters a batch and lets anyone call `promoteFor` later.
 */
export function consentTypedData(record: WorkRecord, domain: SigningDomain): TypedData<WorkRecord> {
  return {
    domain: typedDataDomain(domain),
    types: WORK_RECORD_TYPES,
    primaryType: 'WorkRecord',
    message: record,
  };
}

export function consentDigest(record: WorkRecord, domain: SigningDomain): Digest {
  return signingDigest(domain, hashWorkRecord(record));
}

/** What `commit` takes: bound to the sender, hides the work behind 32 random bytes of salt. */
export function hashCommitment(sender: Address, workId: Digest, salt: Digest): Digest {
  return keccakWords([addressWord(sender), digestBytes(workId), digestBytes(salt)]);
}
