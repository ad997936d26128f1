import type { KeyId } from '../domain/ids.ts';
import type { Db, Row, Sql } from './db.ts';
import { isoTime, toJson } from './row.ts';

/** One line of the audit log: who did what to which resource, and how it ended. */
export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly keyId: KeyId | null;
  readonly requestId: string | null;
  readonly action: string;
  readonly subjectId: string | null;
  /** `ok` or a problem code. */
  readonly outcome: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The audit log: rows are added, never changed. */
export interface AuditStore {
  insertAuditEntry(sql: Sql, entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>;
  /** Newest first, before the entry `cursor`. */
  listAuditEntries(query: { cursor?: string | undefined; limit: number }): Promise<{
    items: readonly AuditEntry[];
    nextCursor: string | null;
  }>;
}

/** Audit store on a database. */
export function createAuditStore(db: Db): AuditStore {
  return {
    async insertAuditEntry(sql, entry) {
      await sql.query(
        `insert into audit_log (key_id, request_id, action, subject_id, outcome, facts)
         values ($1, $2, $3, $4, $5, $6::jsonb)`,
        [entry.keyId, entry.requestId, entry.action, entry.subjectId, entry.outcome, toJson(entry.facts)],
      );
    },
    async listAuditEntries({ cursor, limit }) {
      const rows = await db.query('select * from audit_log where seq < $1 order by seq desc limit $2', [
        cursor ?? Number.MAX_SAFE_INTEGER,
        limit + 1,
      ]);
      const items = rows.slice(0, limit).map(toEntry);
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  };
}

function toEntry(row: Row): AuditEntry {
  return {
    id: String(row['seq']),
    at: isoTime(row['at']),
    keyId: row['key_id'] as KeyId | null,
    requestId: row['request_id'] as string | null,
    action: row['action'] as string,
    subjectId: row['subject_id'] as string | null,
    outcome: row['outcome'] as string,
    facts: row['facts'] as Record<string, unknown>,
  };
}
