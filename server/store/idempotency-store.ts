import type { KeyId } from '../domain/ids.ts';
import type { Db, Sql } from './db.ts';
import { toJson } from './row.ts';

/** A response as it was sent: kept to be sent again. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Which request: the caller's API key and its `Idempotency-Key`. */
export interface IdempotencyRef {
  readonly keyId: KeyId;
  readonly key: string;
}

/**
 * What `begin` found: nothing (`started`, the caller goes on), the same request still running, the same request
 * with its response, or another request under this key.
 */
export type IdempotencyStart =
  | { readonly kind: 'started' }
  | { readonly kind: 'running' }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'answered'; readonly response: StoredResponse };

/** Requests under an `Idempotency-Key` and their responses. */
export interface IdempotencyStore {
  begin(ref: IdempotencyRef, requestDigest: string): Promise<IdempotencyStart>;
  /** Prolongs the hold of a request that still runs. Call at least three times in thirty seconds. */
  extend(ref: IdempotencyRef): Promise<void>;
  /** Keeps the response; in the transaction of the change, so that neither exists without the other. */
  keepResponse(sql: Sql, ref: IdempotencyRef, response: StoredResponse): Promise<void>;
  /** Forgets a request that changed nothing: the key may be used again. Kept responses stay. */
  release(ref: IdempotencyRef): Promise<void>;
  /** Forgets a kept response, whose outcome turned out to be a passing failure of ours. */
  forget(ref: IdempotencyRef): Promise<void>;
  /** Forgets requests of a process that is gone, and responses older than `hours`. */
  sweep(options: { allRunning: boolean; hours: number }): Promise<void>;
}

// The process that runs the request prolongs it; when that died, a repetition may run after so long.
const LOCK_SECONDS = 30;

/** Idempotency store on a database. */
export function createIdempotencyStore(db: Db): IdempotencyStore {
  return {
    async begin(ref, requestDigest) {
      return await db.transaction(async (sql) => {
        const [fresh] = await sql.query(
          `insert into idempotency_keys (key_id, key, request_digest, locked_until)
           values ($1, $2, $3, now() + make_interval(secs => $4))
           on conflict (key_id, key) do update
             set request_digest = excluded.request_digest, locked_until = excluded.locked_until
             where idempotency_keys.response is null and idempotency_keys.locked_until < now()
           returning key`,
          [ref.keyId, ref.key, requestDigest, LOCK_SECONDS],
        );
        if (fresh) return { kind: 'started' };
        const [row] = await sql.query<{ request_digest: string; response: StoredResponse | null }>(
          'select request_digest, response from idempotency_keys where key_id = $1 and key = $2',
          [ref.keyId, ref.key],
        );
        if (row && row.request_digest !== requestDigest) return { kind: 'mismatch' };
        if (!row?.response) return { kind: 'running' };
        return { kind: 'answered', response: row.response };
      });
    },
    async extend(ref) {
      await db.query(
        `update idempotency_keys set locked_until = now() + make_interval(secs => $3)
         where key_id = $1 and key = $2 and response is null`,
        [ref.keyId, ref.key, LOCK_SECONDS],
      );
    },
    async keepResponse(sql, ref, response) {
      await sql.query('update idempotency_keys set response = $3::jsonb where key_id = $1 and key = $2', [
        ref.keyId,
        ref.key,
        toJson(response),
      ]);
    },
    async release(ref) {
      await db.query('delete from idempotency_keys where key_id = $1 and key = $2 and response is null', [
        ref.keyId,
        ref.key,
      ]);
    },
    async forget(ref) {
      await db.query('delete from idempotency_keys where key_id = $1 and key = $2', [ref.keyId, ref.key]);
    },
    async sweep({ allRunning, hours }) {
      await db.query(
        `delete from idempotency_keys
         where (response is null and ($1 or locked_until < now())) or created_at < now() - make_interval(hours => $2)`,
        [allRunning, hours],
      );
    },
  };
}
