import {
  consentTypedData,
  isAddress,
  registrationTypedData,
  type SigningDomain,
  type WorkRecord,
} from '../domain/records/index.ts';
import { InputError } from '../errors.ts';
import type { SigningRequest } from './owner-key.ts';

/** What the owner means to sign; the service's request must be about exactly this. */
export interface Intent {
  /** SHA-256 of the local file. */
  readonly contentHash: string;
  readonly owner: string;
}

/**
 * Builds what the owner's key signs. The service is not trusted with that: it supplies the fields of the record that only
 * it knows (code, fingerprint root, model, metadata), but name, version and types are ours, and the record must be of the
 * owner's own file. Otherwise a service could have anything signed, a token permit for example.
 *
 * Throws `InputError('invalid_signature')` when the request is about something else.
 */
export function checkSigningRequest(request: SigningRequest, intent: Intent): SigningRequest {
  const refuse = (what: string): never => {
    throw new InputError('invalid_signature', `the service asks to sign ${what}; nothing was signed`);
  };
  const isRegistration = request.primaryType === 'Registration';
  if (!isRegistration && request.primaryType !== 'WorkRecord') refuse(`a ${request.primaryType}`);
  const { name, version, chainId, verifyingContract } = request.domain;
  if (name !== 'Colophon' || version !== '1') refuse(`for ${name} ${version}`);
  if (!isAddress(String(verifyingContract).toLowerCase())) refuse('for no contract');
  const message = request.message as Record<string, unknown>;
  const record = (isRegistration ? message['record'] : message) as WorkRecord;
  if (record?.contentHash !== intent.contentHash) refuse('a record of another file');
  if (String(record.owner).toLowerCase() !== intent.owner) refuse('a record of another owner');
  const domain = { chainId: BigInt(String(chainId)), verifyingContract } as SigningDomain;
  const terms = () => ({
    nonce: BigInt(String(message['nonce'])),
    deadline: BigInt(String(message['deadline'])),
  });
  const own = isRegistration
    ? registrationTypedData(record, terms(), domain)
    : consentTypedData(record, domain);
  return { ...request, ...(own as unknown as Pick<SigningRequest, 'domain' | 'types' | 'message'>) };
}
