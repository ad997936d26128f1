import type { Digest } from '../../domain/digest.ts';
import {
  type Address,
  consentDigest,
  consentTypedData,
  registrationDigest,
  registrationTypedData,
  type SigningDomain,
  type TypedData,
  type WorkRecord,
} from '../../domain/records/index.ts';
import type { Lane, OwnerConsent } from '../../domain/work.ts';

/** Where a signature is valid. */
export interface RegistryDomain {
  readonly chainId: number;
  readonly registry: Address;
}

/** What goes with the question that an owner's wallet is asked. */
export interface SigningTerms {
  /**
   * Unix seconds. In the record lane it is signed and the contract enforces it. In the batch lane it only says how
   * long the service takes the answer: the consent itself stands, or the work could not be promoted later.
   */
  readonly deadline: number;
  /** Record lane: the owner's next nonce in the registry, decimal. Batch lane: null. */
  readonly nonce: string | null;
}

/** The JSON-safe answer of `GET /v1/works/:id/signing-request`. */
export interface SigningRequest extends TypedData<object> {
  readonly lane: Lane;
  readonly deadline: number;
  readonly nonce: string | null;
  /** Record lane: the second question, for the standing consent. Batch lane: null, the request is that question. */
  readonly standing: TypedData<WorkRecord> | null;
}

/**
 * What the owner signs. Record lane: `Registration(record, nonce, deadline)`. Batch lane: the bare `WorkRecord`,
 * which is the standing consent that the contract's `promoteFor` takes: evidence can be filed only against a work
 * with a record of its own, so a batch-lane consent that the contract cannot read would be worth nothing there. The
 * record lane asks for it as well: a registration whose nonce or deadline is gone goes into a batch with it.
 */
export function signingRequest(
  lane: Lane,
  record: WorkRecord,
  terms: SigningTerms,
  domain: RegistryDomain,
): SigningRequest {
  const { deadline } = terms;
  const signing = toSigningDomain(domain);
  const standing = consentTypedData(record, signing);
  if (lane === 'batch') return { ...standing, lane, deadline, nonce: null, standing: null };
  const nonce = requireNonce(terms.nonce);
  return {
    ...registrationTypedData(record, { nonce: BigInt(nonce), deadline }, signing),
    lane,
    deadline,
    nonce,
    standing,
  };
}

/** The digest behind `signingRequest`: what a key signs and what a signature is recovered from. */
export function consentSigningDigest(
  lane: Lane,
  record: WorkRecord,
  terms: SigningTerms,
  domain: RegistryDomain,
): Digest {
  const signing = toSigningDomain(domain);
  if (lane === 'batch') return consentDigest(record, signing);
  const nonce = BigInt(requireNonce(terms.nonce));
  return registrationDigest(record, { nonce, deadline: terms.deadline }, signing);
}

/** The terms inside a consent that was given. */
export function termsOf(consent: OwnerConsent): SigningTerms {
  return { deadline: consent.deadline, nonce: consent.nonce };
}

function toSigningDomain(domain: RegistryDomain): SigningDomain {
  return { chainId: domain.chainId, verifyingContract: domain.registry };
}

function requireNonce(nonce: string | null): string {
  if (nonce === null || !/^(0|[1-9][0-9]*)$/.test(nonce)) {
    throw new RangeError('the record lane needs a decimal nonce');
  }
  return nonce;
}
