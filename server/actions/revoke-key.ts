import type { KeyId } from '../domain/ids.ts';
import type { ApiKey } from '../domain/key.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Caller } from './caller.ts';
import type { Deps, OnCommit } from './deps.ts';

/** Revokes an API key, from the next request on. Throws `not_found`; `wrong_state` for the caller's own key. */
export async function revokeKey(
  deps: Pick<Deps, 'db' | 'keys'>,
  input: { readonly caller: Caller; readonly keyId: KeyId },
  onCommit: OnCommit<ApiKey>,
): Promise<ApiKey> {
  if (input.keyId === input.caller.keyId) {
    throw new ConflictError(
      'wrong_state',
      'a key cannot revoke itself: the last admin would lock everybody out',
    );
  }
  return await deps.db.transaction(async (sql) => {
    const key = await deps.keys.revokeKey(sql, input.keyId);
    if (!key) throw new NotFoundError('not_found', `there is no key ${input.keyId}`);
    await onCommit(sql, key);
    return key;
  });
}
