import type { KeyId } from '../domain/ids.ts';
import type { ApiKey, Role } from '../domain/key.ts';
import type { Db, Row, Sql } from './db.ts';
import { isoTime, isoTimeOrNull, single } from './row.ts';

/** A key with what is kept of its secret. */
export interface StoredKey extends ApiKey {
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
}

/** API keys. Secrets never come here, only their hash. */
export interface KeyStore {
  insertKey(sql: Sql, key: { id: KeyId; name: string; role: Role; secretHash: string }): Promise<ApiKey>;
  findKey(id: KeyId): Promise<StoredKey | null>;
  listKeys(): Promise<ApiKey[]>;
  countKeys(): Promise<number>;
  /** Null when there is no such key; revoking twice keeps the first time. */
  revokeKey(sql: Sql, id: KeyId): Promise<ApiKey | null>;
}

/** Key store on a database. */
export function createKeyStore(db: Db): KeyStore {
  return {
    async insertKey(sql, key) {
      const rows = await sql.query(
        'insert into api_keys (id, name, role, secret_hash) values ($1, $2, $3, $4) returning *',
        [key.id, key.name, key.role, key.secretHash],
      );
      return toKey(single(rows));
    },
    async findKey(id) {
      const [row] = await db.query('select * from api_keys where id = $1', [id]);
      return row ? { ...toKey(row), secretHash: row['secret_hash'] as string } : null;
    },
    async listKeys() {
      return (await db.query('select * from api_keys order by id')).map(toKey);
    },
    async countKeys() {
      const [row] = await db.query<{ n: number }>('select count(*)::int as n from api_keys');
      return row?.n ?? 0;
    },
    async revokeKey(sql, id) {
      const [row] = await sql.query(
        'update api_keys set revoked_at = coalesce(revoked_at, now()) where id = $1 returning *',
        [id],
      );
      return row ? toKey(row) : null;
    },
  };
}

function toKey(row: Row): ApiKey {
  return {
    id: row['id'] as KeyId,
    name: row['name'] as string,
    role: row['role'] as Role,
    createdAt: isoTime(row['created_at']),
    revokedAt: isoTimeOrNull(row['revoked_at']),
  };
}
