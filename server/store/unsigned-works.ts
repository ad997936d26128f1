import type { Digest } from '../domain/digest.ts';
import type { KeyId, WorkId } from '../domain/ids.ts';
import type { Work } from '../domain/work.ts';
import type { Db, Sql } from './db.ts';
import { toJson } from './row.ts';

/** The work store's part about works that wait for their owner's signature (`decided`). */
export interface UnsignedWorks {
  /** Up to `limit` works that have been waiting since before `before` (Unix milliseconds), oldest first. */
  findUnsigned(before: number, limit: number): Promise<WorkId[]>;
  /** Ends those of the works that still wait (`rejected`, content free again); gives which they were, in order of ids. */
  withdrawUnsigned(
    sql: Sql,
    ids: readonly WorkId[],
    problem: NonNullable<Work['problem']>,
  ): Promise<Pick<Work, 'id' | 'medium'>[]>;
  /** The works that make way for a work in review when it is accepted; its row is locked from here. */
  lockPassed(sql: Sql, id: WorkId): Promise<WorkId[]>;
  /** Whether one of the works was signed. */
  anySigned(sql: Sql, ids: readonly WorkId[]): Promise<boolean>;
  /** Whether this key uploaded this content before and left it unsigned until it was withdrawn. */
  leftUnsigned(contentHash: Digest, keyId: KeyId): Promise<boolean>;
}

/** That part on a database. */
export function createUnsignedWorks(db: Db): UnsignedWorks {
  return {
    async findUnsigned(before, limit) {
      const rows = await db.query<{ id: WorkId }>(
        `select id from works where state = 'decided' and updated_at < $1::timestamptz order by id limit $2`,
        [new Date(before).toISOString(), limit],
      );
      return rows.map((row) => row.id);
    },
    async withdrawUnsigned(sql, ids, problem) {
      // Locked in one order: two transactions that withdraw the same works would wait for each other for ever.
      await sql.query(
        `select id from works where id = any($1::text[]) and state = 'decided' order by id for update`,
        [ids],
      );
      const rows = await sql.query<Pick<Work, 'id' | 'medium'>>(
        `update works set state = 'rejected', problem = $2::jsonb, updated_at = now()
         where id = any($1::text[]) and state = 'decided' returning id, medium`,
        [ids, toJson(problem)],
      );
      return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async lockPassed(sql, id) {
      const [row] = await sql.query<{ passed: WorkId[] | null }>(
        // In another state it is somebody else's: to wait for it here could be to wait for each other.
        `select passed from works where id = $1 and state = 'in_review' for update`,
        [id],
      );
      return row?.passed ?? [];
    },
    async anySigned(sql, ids) {
      const rows = await sql.query(
        `select 1 from works where id = any($1::text[]) and state in ('recorded', 'submitted', 'anchored') limit 1`,
        [ids],
      );
      return rows.length > 0;
    },
    async leftUnsigned(contentHash, keyId) {
      const rows = await db.query(
        `select 1 from works where content_hash = $1 and key_id = $2 and state = 'rejected'
           and problem->>'code' = 'not_signed' limit 1`,
        [contentHash, keyId],
      );
      return rows.length > 0;
    },
  };
}
