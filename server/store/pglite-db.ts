import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite, types } from '@electric-sql/pglite';
import type { Db, Row, Sql } from './db.ts';
import { lockDirectory } from './directory-lock.ts';
import { translateSqlError } from './sql-error.ts';
import { markTransaction, refuseInsideTransaction } from './transaction-guard.ts';

/**
 * Of PGlite's 16,384 default buffers each start touches all; what they do not hold, the system's page cache does.
 */
const START_PARAMS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'];
/**
 * How much a WebAssembly function runs before V8 compiles it again, better: its own figure, and ours for PGlite. At its
 * start PGlite goes beyond V8's in functions so large that compiling them takes two seconds and 400 MB, for nothing.
 */
const TIERING_BUDGET = { v8: 13_000_000, pglite: 1_000_000_000 };

/** Bytes travel as `\x` and hexadecimal digits. PGlite's own code for them takes 70 ms for the print of an hour of film. */
const toBytes = (text: string): Uint8Array => {
  const { buffer, byteOffset, length } = Buffer.from(text.slice(2), 'hex');
  return new Uint8Array(buffer, byteOffset, length);
};
const fromBytes = ({ buffer, byteOffset, length }: Uint8Array): string =>
  `\\x${Buffer.from(buffer, byteOffset, length).toString('hex')}`;

/**
 * Opens the embedded database in `directory` (made when missing), held by this process alone.
 *
 * Throws `UpstreamError('database_locked')` when another process has it, `InternalError` when it cannot be opened.
 */
export async function openPgliteDb(directory: string): Promise<Db> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const unlock = lockDirectory(directory);
  let pglite: PGlite;
  try {
    setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET.pglite}`);
    // Each commit is on disk before it is acknowledged: relaxed durability stays off.
    pglite = await PGlite.create(join(directory, 'pglite'), {
      relaxedDurability: false,
      startParams: START_PARAMS,
      parsers: { [types.BYTEA]: toBytes },
      serializers: { [types.BYTEA]: fromBytes },
    });
  } catch (error) {
    unlock();
    throw translateSqlError(error);
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET.v8}`);
  }
  return {
    kind: 'pglite',
    query: (text, values) => {
      refuseInsideTransaction();
      return run(pglite, text, values);
    },
    async transaction(work) {
      refuseInsideTransaction();
      try {
        return await pglite.transaction(async (transaction) => {
          const sql: Sql = { query: (text, values) => run(transaction, text, values) };
          return await markTransaction(() => work(sql));
        });
      } catch (error) {
        // What the caller's own code threw passes as it is; only the driver's errors are foreign.
        throw isDriverError(error) ? translateSqlError(error) : error;
      }
    },
    async close() {
      if (!pglite.closed) await pglite.close();
      unlock();
    },
  };
}

interface Queryable {
  query<T>(text: string, values?: unknown[]): Promise<{ rows: T[] }>;
}

async function run<T extends Row>(
  target: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  try {
    return (await target.query<T>(text, [...values])).rows;
  } catch (error) {
    throw translateSqlError(error);
  }
}

function isDriverError(error: unknown): boolean {
  return error instanceof Error && ('severity' in error || /PGlite/.test(error.message));
}
