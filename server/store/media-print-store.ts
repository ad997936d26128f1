import type { CheckId, WorkId } from '../domain/ids.ts';
import type { Medium } from '../domain/media.ts';
import type { Sql } from './db.ts';
import { toJson } from './row.ts';

/** A print as its path wrote it, and what the path wants to know besides. */
export interface KeptPrint {
  readonly bytes: Uint8Array;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A change: a print that came, or one that went (`print` null). */
export interface KeptChange {
  readonly position: number;
  readonly workId: WorkId;
  readonly print: Uint8Array | null;
}

/** Prints of one medium that are kept as bytes, in the order of commits; an index in memory is fed from it. */
export interface MediaPrintStore {
  /** Stores a print in the caller's transaction and gives its position. A work that has one keeps it. */
  insert(sql: Sql, workId: WorkId, modelDigest: string, print: KeptPrint): Promise<number>;
  /** Marks it as gone, in the caller's transaction; unknown works are ignored. */
  remove(sql: Sql, workId: WorkId): Promise<void>;
  load(workIds: readonly WorkId[]): Promise<ReadonlyMap<WorkId, KeptPrint>>;
  /** Changes after `position` in order, at most `limit`, of one model. */
  changesAfter(position: number, limit: number, modelDigest: string): Promise<KeptChange[]>;
  /** Keeps what a check was compared by. */
  keepQuery(sql: Sql, checkId: CheckId, bytes: Uint8Array): Promise<void>;
  /** Null for checks of other media and of older programs. */
  findQuery(checkId: CheckId): Promise<Uint8Array | null>;
}

/** Any number but those of others: writers take turns, so that positions become visible in their order. */
const TURN = 4_207_003;

/** Print store of one medium on a database. */
export function createMediaPrintStore(db: Sql, medium: Medium): MediaPrintStore {
  return {
    async insert(sql, workId, modelDigest, { bytes, facts }) {
      const position = await nextPosition(sql);
      const rows = await sql.query<{ position: number | string }>(
        `insert into media_prints (work_id, medium, position, model_digest, facts, print)
         values ($1, $2, $3, $4, $5::jsonb, $6)
         on conflict (work_id, medium) do update
           set position = case when media_prints.removed then excluded.position else media_prints.position end,
               model_digest = case when media_prints.removed then excluded.model_digest
                                   else media_prints.model_digest end,
               facts = case when media_prints.removed then excluded.facts else media_prints.facts end,
               print = case when media_prints.removed then excluded.print else media_prints.print end,
               removed = false
         returning position`,
        [workId, medium, position, modelDigest, toJson(facts), bytes],
      );
      return Number(rows[0]!.position);
    },
    async remove(sql, workId) {
      const position = await nextPosition(sql);
      await sql.query(
        `update media_prints set removed = true, print = '', position = $2
         where work_id = $1 and medium = $3 and not removed`,
        [workId, position, medium],
      );
    },
    async load(workIds) {
      if (workIds.length === 0) return new Map();
      const rows = await db.query<{ work_id: WorkId; print: Uint8Array; facts: KeptPrint['facts'] }>(
        `select work_id, print, facts from media_prints
         where work_id = any($1::text[]) and medium = $2 and not removed`,
        [[...workIds], medium],
      );
      return new Map(rows.map(({ work_id, print, facts }) => [work_id, { bytes: copyOf(print), facts }]));
    },
    async changesAfter(position, limit, modelDigest) {
      const rows = await db.query<{
        work_id: WorkId;
        position: number | string;
        removed: boolean;
        print: Uint8Array;
      }>(
        `select work_id, position, removed, print from media_prints
         where medium = $3 and model_digest = $4 and position > $1 order by position limit $2`,
        [position, limit, medium, modelDigest],
      );
      return rows.map((row) => ({
        position: Number(row.position),
        workId: row.work_id,
        print: row.removed ? null : copyOf(row.print),
      }));
    },
    async keepQuery(sql, checkId, bytes) {
      await sql.query(
        'insert into check_prints (check_id, print) values ($1, $2) on conflict (check_id) do nothing',
        [checkId, bytes],
      );
    },
    async findQuery(checkId) {
      const [row] = await db.query<{ print: Uint8Array }>(
        'select print from check_prints where check_id = $1',
        [checkId],
      );
      return row ? copyOf(row.print) : null;
    },
  };
}

async function nextPosition(sql: Sql): Promise<number> {
  await sql.query('select pg_advisory_xact_lock($1)', [TURN]);
  const rows = await sql.query<{ next: number | string }>(
    'select coalesce(max(position), 0) + 1 as next from media_prints',
  );
  return Number(rows[0]!.next);
}

/** Drivers give a view into what they read; decoders want bytes that begin at zero and stay. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
