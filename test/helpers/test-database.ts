import { createHash } from 'node:crypto';
import pg from 'pg';

/** A database of one test's own on the server of `DATABASE_URL_TEST`. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * The database that belongs to `name` (the same name gives the same database), or null when the tests run on PGlite.
 */
export async function createTestDatabase(name: string): Promise<TestDatabase | null> {
  const server = process.env['DATABASE_URL_TEST'];
  if (!server) return null;
  const database = `colophon_test_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  const run = async (text: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  };
  const { rows } = await run(`select 1 from pg_database where datname = '${database}'`);
  if (rows.length === 0) await run(`create database ${database}`);
  const url = new URL(server);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    drop: async () => {
      await run(`drop database if exists ${database} with (force)`);
    },
  };
}
