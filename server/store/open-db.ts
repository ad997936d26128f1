import type { UpstreamError } from '../errors.ts';
import type { Db } from './db.ts';
import { migrate } from './migrate.ts';
import { openPgliteDb } from './pglite-db.ts';
import { openPostgresDb } from './postgres-db.ts';
import { lockServer } from './server-lock.ts';

/** Which database: a server when `url` is given, else the embedded one in `directory`. */
export interface DbLocation {
  readonly url: string | null;
  readonly directory: string;
  /**
   * Holds a server's database for this service alone and is told when it was lost to another. The embedded database is
   * held by its process anyway. Without it others may open the database as well (tools, tests).
   */
  readonly onLost?: (error: UpstreamError) => void;
}

/** Opens the database and brings it up to date. Throws what the openers, `lockServer` and `migrate` throw. */
export async function openDb(location: DbLocation): Promise<Db> {
  const db = await open(location);
  try {
    await migrate(db);
  } catch (error) {
    await db.close();
    throw error;
  }
  return db;
}

async function open({ url, directory, onLost }: DbLocation): Promise<Db> {
  if (url === null) return await openPgliteDb(directory);
  if (onLost === undefined) return await openPostgresDb(url);
  const unlock = await lockServer(url, onLost);
  try {
    const db = await openPostgresDb(url);
    return { ...db, close: () => db.close().finally(unlock) };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** What tells this database from every other. */
export async function readDatabaseId(db: Db): Promise<string> {
  const [row] = await db.query<{ id: string }>('select id from database_identity');
  return row?.id ?? 'unknown';
}
