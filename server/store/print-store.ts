import type { Print } from '../domain/fingerprint.ts';
import type { WorkId } from '../domain/ids.ts';
import { decodePrint, encodePrint } from '../pipeline/fingerprint/index.ts';
import type { IndexEntry, PrintSource } from '../pipeline/match/index.ts';
import type { Sql } from './db.ts';

/** A change of the print table: a print that came, or one that went (`entry` null). */
export interface PrintChange {
  readonly position: number;
  readonly workId: WorkId;
  readonly entry: IndexEntry | null;
  /** Why a print that came cannot be read; `entry` is null then. */
  readonly damage?: unknown;
}

/** Prints of registered works, one row a work; the vector index is a projection of it. */
export interface PrintStore extends PrintSource {
  /**
   * Stores the print of a work and gives its position. `sql` must be a transaction. A work that has a print keeps
   * it, and its position is given.
   */
  insertPrint(sql: Sql, workId: WorkId, print: Print): Promise<number>;
  /** Marks the print of a work as gone; its new position, or null when there is none. `sql` as above. */
  removePrint(sql: Sql, workId: WorkId): Promise<number | null>;
  /** Changes after `position` in order, at most `limit`, of prints made by one model. */
  changesAfter(position: number, limit: number, modelDigest: string): Promise<PrintChange[]>;
}

/** Any number: transactions that change prints take turns, so positions become visible in their order. */
const TURN = 4_207_001;

/** Print store on a database whose migrations have run. Throws `database_unavailable` when it does not answer. */
export function createPrintStore(db: Sql): PrintStore {
  return {
    async insertPrint(sql, workId, print) {
      const position = await nextPosition(sql);
      const rows = await sql.query<{ position: number | string }>(
        `insert into prints (work_id, position, model_digest, print) values ($1, $2, $3, $4)
         on conflict (work_id) do update
           set position = case when prints.removed then excluded.position else prints.position end,
               model_digest = case when prints.removed then excluded.model_digest else prints.model_digest end,
               print = case when prints.removed then excluded.print else prints.print end,
               removed = false
         returning position`,
        [workId, position, print.modelDigest, encodePrint(print)],
      );
      return Number(rows[0]!.position);
    },

    async removePrint(sql, workId) {
      const position = await nextPosition(sql);
      const rows = await sql.query<{ position: number | string }>(
        `update prints set removed = true, print = '', position = $2 where work_id = $1 and not removed
         returning position`,
        [workId, position],
      );
      return rows[0] ? Number(rows[0].position) : null;
    },

    async loadPrints(workIds) {
      if (workIds.length === 0) return new Map();
      const rows = await db.query<{ work_id: WorkId; print: string }>(
        'select work_id, print from prints where work_id = any($1::text[]) and not removed',
        [[...workIds]],
      );
      return new Map(
        rows.flatMap(({ work_id, print }) => {
          try {
            return [[work_id, decodePrint(print)] as const];
          } catch {
            // As if it were gone: one spoiled row must not end every check that comes near it. `fsck` reports it.
            return [];
          }
        }),
      );
    },

    async changesAfter(position, limit, modelDigest) {
      const rows = await db.query<{
        work_id: WorkId;
        position: number | string;
        removed: boolean;
        print: string;
      }>(
        `select work_id, position, removed, print from prints
         where position > $1 and model_digest = $3 order by position limit $2`,
        [position, limit, modelDigest],
      );
      return rows.map((row) => toChange(row.work_id, Number(row.position), row.removed, row.print));
    },
  };
}

async function nextPosition(sql: Sql): Promise<number> {
  await sql.query('select pg_advisory_xact_lock($1)', [TURN]);
  const rows = await sql.query<{ next: number | string }>(
    'select coalesce(max(position), 0) + 1 as next from prints',
  );
  return Number(rows[0]!.next);
}

function toChange(workId: WorkId, position: number, removed: boolean, print: string): PrintChange {
  if (removed) return { position, workId, entry: null };
  try {
    const vectors = decodePrint(print).segments.map((segment) => segment.vector);
    return { position, workId, entry: { position, workId, vectors } };
  } catch (damage) {
    return { position, workId, entry: null, damage };
  }
}
