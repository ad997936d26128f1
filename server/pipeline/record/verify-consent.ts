import type { Digest } from '../../domain/digest.ts';
import type { Address, WorkRecord } from '../../domain/records/index.ts';
import type { Lane, OwnerConsent } from '../../domain/work.ts';
import { ConflictError, InputError } from '../../errors.ts';
import { consentSigningDigest, type RegistryDomain, termsOf } from './consent.ts';
import { recoverSigner } from './recover-signer.ts';

/** Asks a contract account (ERC-1271) whether it signed. Give `ChainReader.isValidSignature`. */
export type ContractSignatureCheck = (
  account: Address,
  digest: Digest,
  signature: string,
) => Promise<boolean>;

/** A signature that arrived, and what it must agree with. */
export interface ConsentCheck {
  readonly lane: Lane;
  readonly record: WorkRecord;
  readonly consent: OwnerConsent;
  readonly domain: RegistryDomain;
  /** Unix seconds. */
  readonly now: number;
  /** Record lane: the nonce that comes next for this owner (the chain's, plus what is already queued). */
  readonly nextNonce?: string;
  /** Without it only keys can consent, not contract accounts. */
  readonly checkContract?: ContractSignatureCheck;
}

/** Chains that wallets are usually on: tried only to say "wrong chain" in place of "invalid". */
const COMMON_CHAINS = [1, 10, 56, 100, 137, 1337, 8453, 17000, 31337, 42161, 43114, 59144, 560048, 11155111];

/**
 * Checks an owner's signature over a record; in the record lane also the standing consent that comes with it. Resolves
 * when both are good; throws `InputError` with `signature_expired`, `wrong_chain`, `invalid_signature`, or
 * `ConflictError('signature_replayed')`.
 */
export async function verifyConsent(check: ConsentCheck): Promise<void> {
  await verifySignature(check);
  if (check.lane === 'batch') return;
  const { standing, deadline } = check.consent;
  if (standing === null) {
    throw new InputError('invalid_signature', 'the record lane also needs the standing consent (`standing`)');
  }
  const consent = { signature: standing, deadline, nonce: null, standing: null };
  await verifySignature({ ...check, lane: 'batch', consent });
}

async function verifySignature(check: ConsentCheck): Promise<void> {
  const { consent, lane, record } = check;
  if (!Number.isSafeInteger(consent.deadline) || consent.deadline < 0) {
    throw new InputError('invalid_signature', 'the deadline is not a time in Unix seconds');
  }
  if (consent.deadline < check.now) {
    const ended = new Date(consent.deadline * 1000).toISOString();
    throw new InputError('signature_expired', `the signature was valid until ${ended}`);
  }
  if (lane === 'record') requireNextNonce(consent.nonce, check.nextNonce);
  const digest = consentSigningDigest(lane, record, termsOf(consent), check.domain);
  const signer = recoverSigner(digest, consent.signature);
  if (signer === record.owner.toLowerCase()) return;
  const chain = otherChain(check);
  if (chain !== undefined) {
    throw new InputError(
      'wrong_chain',
      `signed for chain ${chain}, this registry is on ${check.domain.chainId}`,
    );
  }
  if (await check.checkContract?.(record.owner, digest, consent.signature)) return;
  const detail =
    signer === null
      ? 'it is not a 65-byte ECDSA signature with low s'
      : `the owner is ${record.owner}, signed by ${signer}`;
  throw new InputError('invalid_signature', detail);
}

function requireNextNonce(nonce: string | null, next: string | undefined): void {
  if (nonce === null || !/^(0|[1-9][0-9]{0,76})$/.test(nonce)) {
    throw new InputError(
      'invalid_signature',
      'the record lane needs the nonce that was signed, as a decimal',
    );
  }
  if (next === undefined || BigInt(nonce) === BigInt(next)) return;
  if (BigInt(nonce) < BigInt(next)) {
    throw new ConflictError('signature_replayed', `nonce ${nonce} was used; the next is ${next}`);
  }
  throw new InputError('invalid_signature', `nonce ${nonce} is ahead; the next is ${next}`);
}

function otherChain(check: ConsentCheck): number | undefined {
  return COMMON_CHAINS.find((chainId) => {
    if (chainId === check.domain.chainId) return false;
    const domain = { chainId, registry: check.domain.registry };
    const digest = consentSigningDigest(check.lane, check.record, termsOf(check.consent), domain);
    return recoverSigner(digest, check.consent.signature) === check.record.owner.toLowerCase();
  });
}
