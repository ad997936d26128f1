import pg from 'pg';
import type { Db, Row, Sql } from './db.ts';
import { translateSqlError } from './sql-error.ts';
import { markTransaction, refuseInsideTransaction } from './transaction-guard.ts';

// int8 as a number, as PGlite gives it: our counters and sizes stay far below 2^53.
const INT8 = 20;
const types = new pg.TypeOverrides();
types.setTypeParser(INT8, Number);

/**
 * Opens a pool on a PostgreSQL server. `url` is a `postgres://` URL.
 *
 * Throws `UpstreamError('database_unavailable')` when the server does not answer within ten seconds.
 */
export async function openPostgresDb(url: string): Promise<Db> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    application_name: 'colophon',
    types,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const db: Db = {
    kind: 'postgres',
    query: (text, values) => {
      refuseInsideTransaction();
      return run(pool, text, values);
    },
    transaction: (work) => inTransaction(pool, work),
    async close() {
      await pool.end();
    },
  };
  try {
    await db.query('select 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return db;
}

async function inTransaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  refuseInsideTransaction();
  const client = await pool.connect().catch((error: unknown) => {
    throw translateSqlError(error);
  });
  let broken: Error | undefined;
  try {
    await run(client, 'begin');
    const sql: Sql = { query: (text, values) => run(client, text, values) };
    const result = await markTransaction(() => work(sql));
    await run(client, 'commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    // A connection on which even the rollback failed is thrown away.
    client.release(broken);
  }
}

interface Queryable {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

async function run<T extends Row>(
  target: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  try {
    return (await target.query(text, [...values])).rows as T[];
  } catch (error) {
    throw translateSqlError(error);
  }
}
