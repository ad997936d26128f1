import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyId } from '../domain/ids.ts';
import { AccessError } from '../errors.ts';
import { type Caller, callerOf } from './caller.ts';
import type { Deps } from './deps.ts';

const TOKEN = /^colophon_([0-9a-hjkmnp-tv-z]{26})_([0-9a-f]{64})$/;

/** The API key as its holder writes it: `colophon_<id>_<secret>`. */
export function formatToken(keyId: KeyId, secret: string): string {
  return `colophon_${keyId.slice('key_'.length)}_${secret}`;
}

/** 256 random bits, hex. */
export function makeSecret(): string {
  return randomBytes(32).toString('hex');
}

/** What is kept of a secret. 256 random bits cannot be guessed, so a fast hash is enough. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/**
 * Finds out who calls. `authorization` is the header's value.
 *
 * Throws `missing_key` without a bearer token, `unknown_key` when it is malformed, foreign, wrong or revoked: which of
 * these is not told.
 */
export async function authenticate(
  deps: Pick<Deps, 'keys'>,
  authorization: string | undefined,
): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (!token) throw new AccessError('missing_key', 'send `Authorization: Bearer colophon_…`');
  const [, id, secret] = TOKEN.exec(token) ?? [];
  const key = id ? await deps.keys.findKey(`key_${id}`) : null;
  // Compared in constant time, against something even when there is no such key.
  const expected = Buffer.from(key?.secretHash ?? hashSecret(''), 'hex');
  const same = timingSafeEqual(Buffer.from(hashSecret(secret ?? ''), 'hex'), expected);
  if (!key || !secret || !same || key.revokedAt !== null) {
    throw new AccessError('unknown_key', 'this API key is not known here, or was revoked');
  }
  return callerOf(key);
}
