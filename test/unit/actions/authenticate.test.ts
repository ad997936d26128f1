import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticate, formatToken, hashSecret, makeSecret } from '../../../server/actions/authenticate.ts';
import { newId } from '../../../server/domain/ids.ts';
import { AccessError } from '../../../server/errors.ts';
import type { StoredKey } from '../../../server/store/key-store.ts';

const id = newId('key');
const secret = makeSecret();
const key: StoredKey = {
  id,
  name: 'me',
  role: 'platform',
  createdAt: '2026-01-01T00:00:00.000Z',
  revokedAt: null,
  secretHash: hashSecret(secret),
};

const deps = (stored: StoredKey | null) => ({
  keys: {
    findKey: async (asked: string) => (stored && asked === stored.id ? stored : null),
  } as unknown as Parameters<typeof authenticate>[0]['keys'],
});

const refusedAs = (code: string) => (error: unknown) => error instanceof AccessError && error.code === code;

test('a token is found by its id and proved by its secret', async () => {
  const caller = await authenticate(deps(key), `Bearer ${formatToken(id, secret)}`);
  assert.deepEqual(caller, { keyId: id, name: 'me', role: 'platform' });
  assert.ok(await authenticate(deps(key), `bearer  ${formatToken(id, secret)}`), 'the scheme has no case');
});

test('no token, or another scheme, is a missing key', async () => {
  for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic eDp5']) {
    await assert.rejects(authenticate(deps(key), header), refusedAs('missing_key'), String(header));
  }
});

test('wrong, revoked, foreign and malformed keys are all the same to the caller', async () => {
  const messages = new Set<string>();
  const cases: [StoredKey | null, string][] = [
    [key, formatToken(id, makeSecret())],
    [key, formatToken(newId('key'), secret)],
    [null, formatToken(id, secret)],
    [{ ...key, revokedAt: '2026-01-02T00:00:00.000Z' }, formatToken(id, secret)],
    [key, `${formatToken(id, secret)}0`],
    [key, formatToken(id, secret).toUpperCase()],
    [key, formatToken(id, '')],
  ];
  for (const [stored, token] of cases) {
    await assert.rejects(authenticate(deps(stored), `Bearer ${token}`), (error) => {
      messages.add(error instanceof Error ? error.message : '');
      return refusedAs('unknown_key')(error);
    });
  }
  assert.equal(messages.size, 1);
});

test('secrets have 256 bits and are kept as a hash', () => {
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.notEqual(makeSecret(), makeSecret());
  assert.notEqual(hashSecret(secret), secret);
});
