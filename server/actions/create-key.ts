import { newId } from '../domain/ids.ts';
import type { ApiKey, Role } from '../domain/key.ts';
import { formatToken, hashSecret, makeSecret } from './authenticate.ts';
import type { Deps, OnCommit } from './deps.ts';

/** A new key with its secret, which is shown this once and kept nowhere. */
export interface CreatedKey {
  readonly key: ApiKey;
  /** The whole token, as it goes into the `Authorization` header. */
  readonly secret: string;
}

/** Makes an API key. */
export async function createKey(
  deps: Pick<Deps, 'db' | 'keys'>,
  input: { readonly name: string; readonly role: Role },
  onCommit: OnCommit<CreatedKey>,
): Promise<CreatedKey> {
  const id = newId('key');
  const secret = makeSecret();
  return await deps.db.transaction(async (sql) => {
    const key = await deps.keys.insertKey(sql, { id, ...input, secretHash: hashSecret(secret) });
    const created = { key, secret: formatToken(id, secret) };
    await onCommit(sql, created);
    return created;
  });
}

/** Makes the first admin key of an empty registry; null when there are keys already. */
export async function createFirstKey(deps: Pick<Deps, 'db' | 'keys' | 'audit'>): Promise<CreatedKey | null> {
  if ((await deps.keys.countKeys()) > 0) return null;
  return await createKey(deps, { name: 'first admin', role: 'admin' }, (sql, { key }) =>
    deps.audit.insertAuditEntry(sql, {
      keyId: null,
      requestId: null,
      action: 'create-first-key',
      subjectId: key.id,
      outcome: 'ok',
      facts: {},
    }),
  );
}
