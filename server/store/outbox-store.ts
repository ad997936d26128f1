import type { Outbox } from '../pipeline/anchor/index.ts';
import type { Db, Sql } from './db.ts';

/** The outbox on the database; its tables come with migration 0300. */
export function openOutbox(_db: Db): Outbox<Sql> {
  throw new Error('being written');
}
