import type { KeyId } from '../domain/ids.ts';
import type { ApiKey, Role } from '../domain/key.ts';

/** Who acts: the API key behind a call. */
export interface Caller {
  readonly keyId: KeyId;
  readonly name: string;
  readonly role: Role;
}

/** The caller behind a key. */
export function callerOf(key: ApiKey): Caller {
  return { keyId: key.id, name: key.name, role: key.role };
}

/** Whether the caller may see what other keys made: auditors and admins. */
export function seesEverything(caller: Caller): boolean {
  return caller.role === 'admin' || caller.role === 'auditor';
}
