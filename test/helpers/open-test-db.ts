import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Db } from '../../server/store/db.ts';
import { openDb } from '../../server/store/open-db.ts';
import { putFreshDatabase } from './fresh-database.ts';
import { createTestDatabase } from './test-database.ts';

/** A migrated database for one test file: PGlite in a folder of its own, or PostgreSQL with `DATABASE_URL_TEST`. */
export interface TestDb {
  readonly db: Db;
  readonly directory: string;
  remove(): Promise<void>;
}

/** Opens a fresh database. */
export async function openTestDb(): Promise<TestDb> {
  const directory = await mkdtemp(join(tmpdir(), 'colophon-db-'));
  const server = await createTestDatabase(directory);
  if (!server) await putFreshDatabase(join(directory, 'database'));
  const db = await openDb({ url: server?.url ?? null, directory: join(directory, 'database') });
  return {
    db,
    directory,
    async remove() {
      await db.close();
      await server?.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
