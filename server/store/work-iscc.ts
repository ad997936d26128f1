import type { WorkId } from '../domain/ids.ts';
import type { Iscc } from '../domain/iscc.ts';
import type { Work } from '../domain/work.ts';
import type { Db, Sql } from './db.ts';
import { toWork } from './work-row.ts';

/** The work store's part about works of older programs, which have no ISCC. */
export interface WorkIscc {
  /** Up to `limit` works past their fingerprint that have no ISCC, by their ids, from behind `after` on. */
  findWithoutIscc(after: WorkId | '', limit: number): Promise<Work[]>;
  /** Writes the ISCC of a work that has none; nothing else of it changes. */
  noteIscc(sql: Sql, id: WorkId, iscc: Iscc): Promise<void>;
}

/** That part on a database. */
export function createWorkIscc(db: Db): WorkIscc {
  return {
    async findWithoutIscc(after, limit) {
      const rows = await db.query(
        `select * from works where iscc is null and id > $1
           and state in ('in_review', 'decided', 'recorded', 'submitted', 'anchored') order by id limit $2`,
        [after, limit],
      );
      return rows.map(toWork);
    },
    async noteIscc(sql, id, iscc) {
      await sql.query('update works set iscc = $2 where id = $1 and iscc is null', [id, iscc]);
    },
  };
}
