/** What the owner's key is asked to sign, checked by whoever holds the key: the command line and the console. */
import { InputError } from '../../errors.ts';
import { isDigest } from '../digest.ts';
import type { SigningDomain, TypedData } from './typed-data.ts';
import { isAddress } from './words.ts';
import { consentTypedData, registrationTypedData, type WorkRecord } from './work-record.ts';

/** What the owner means to sign; the service's request must be about exactly this. */
export type SigningIntent = {
  /** SHA-256 of the file that the owner has at hand. */
  readonly contentHash: string;
  readonly owner: string;
};

/** The service's request as it came over the wire (`GET /v1/works/:id/signing-request`): nothing of it is trusted. */
export type AskedToSign = {
  readonly domain: { readonly [name: string]: unknown };
  readonly primaryType: string;
  readonly message: { readonly [name: string]: unknown };
  readonly deadline?: number | undefined;
  readonly nonce?: string | null | undefined;
};

/** What the key signs: `main` always, `standing` (the bare record) as well when `main` is a `Registration`. */
export type SigningQuestions = {
  readonly main: TypedData<object>;
  readonly standing: TypedData<WorkRecord> | null;
};

/**
 * Builds what the owner's key signs. The service is not trusted with that: it supplies the fields of the record that only
 * it knows (code, fingerprint root, model, metadata), but name, version and types are ours, and the record must be of the
 * owner's own file. Otherwise a service could have anything signed, a token permit for example.
 *
 * Throws `InputError('invalid_signature')` when the request is about something else.
 */
export function checkSigningRequest(asked: AskedToSign, intent: SigningIntent): SigningQuestions {
  const isRegistration = asked.primaryType === 'Registration';
  if (!isRegistration && asked.primaryType !== 'WorkRecord') refuse(`a ${asked.primaryType}`);
  const domain = readDomain(asked.domain);
  const record = readRecord(isRegistration ? asked.message['record'] : asked.message);
  if (record.contentHash !== intent.contentHash) refuse('a record of another file');
  if (record.owner.toLowerCase() !== intent.owner.toLowerCase()) refuse('a record of another owner');
  const standing = consentTypedData(record, domain);
  if (!isRegistration) return { main: standing, standing: null };
  const terms = { nonce: readCount(asked.message['nonce']), deadline: readCount(asked.message['deadline']) };
  // These go back with the signature: others than the signed ones would make it worthless.
  if (String(terms.nonce) !== String(asked.nonce)) refuse('another nonce than it names');
  if (String(terms.deadline) !== String(asked.deadline)) refuse('another deadline than it names');
  return { main: registrationTypedData(record, terms, domain), standing };
}

function refuse(what: string): never {
  throw new InputError('invalid_signature', `the service asks to sign ${what}; nothing was signed`);
}

function readDomain({ name, version, chainId, verifyingContract }: AskedToSign['domain']): SigningDomain {
  if (name !== 'Colophon' || version !== '1') refuse(`for ${name} ${version}`);
  if (!isAddress(verifyingContract)) refuse('for no contract');
  return { chainId: readCount(chainId), verifyingContract };
}

/** The seven fields of a record and no others, each of its own form. */
function readRecord(value: unknown): WorkRecord {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { contentHash, code, fingerprintRoot, modelDigest, mediaType, metadataCid, owner } = fields;
  const digests =
    isDigest(contentHash) && isDigest(code) && isDigest(fingerprintRoot) && isDigest(modelDigest);
  const texts = typeof mediaType === 'string' && typeof metadataCid === 'string';
  if (!digests || !texts || !isAddress(owner)) return refuse('something that is no record of a work');
  return { contentHash, code, fingerprintRoot, modelDigest, mediaType, metadataCid, owner };
}

function readCount(value: unknown): bigint {
  const text = String(value);
  if (!/^(0|[1-9][0-9]{0,77})$/.test(text)) refuse(`with ${text.slice(0, 40)} where a number belongs`);
  return BigInt(text);
}
