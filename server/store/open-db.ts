import type { Db } from './db.ts';
import { migrate } from './migrate.ts';
import { openPgliteDb } from './pglite-db.ts';
import { openPostgresDb } from './postgres-db.ts';

/** Which database: a server when `url` is given, else the embedded one in `directory`. */
export interface DbLocation {
  readonly url: string | null;
  readonly directory: string;
}

/** Opens the database and brings it up to date. Throws what the two openers and `migrate` throw. */
export async function openDb(location: DbLocation): Promise<Db> {
  const db =
    location.url === null ? await openPgliteDb(location.directory) : await openPostgresDb(location.url);
  try {
    await migrate(db);
  } catch (error) {
    await db.close();
    throw error;
  }
  return db;
}

/** What tells this database from every other. */
export async function readDatabaseId(db: Db): Promise<string> {
  const [row] = await db.query<{ id: string }>('select id from database_identity');
  return row?.id ?? 'unknown';
}
