import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
 * V8 compiles a WebAssembly function again, better, when it has spent a budget; a turn of a loop spends its length in bytes
 * of code, at most a quarter of the budget that stands while the function is first compiled. The loop of PGlite's SQL parser
 * is 300 KB long: V8's own budget is gone after some words, and compiling it takes two seconds and 500 MB, of which no
 * query gets faster. So each function gets a large budget, and those that a start compiles spend little of it in a turn.
 */
const TIERING_BUDGET = { v8: 13_000_000, module: 100_000_000, start: 400 };

const PGLITE_WASM = new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'));

function setTieringBudget(budget: number): void {
  setFlagsFromString(`--wasm-tiering-budget=${budget}`);
}

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
    setTieringBudget(TIERING_BUDGET.module);
    const pgliteWasmModule = await WebAssembly.compile(await readFile(PGLITE_WASM));
    setTieringBudget(TIERING_BUDGET.start);
    // Each commit is on disk before it is acknowledged: relaxed durability stays off.
    pglite = await PGlite.create(join(directory, 'pglite'), {
      relaxedDurability: false,
      pgliteWasmModule,
      startParams: START_PARAMS,
      parsers: { [types.BYTEA]: toBytes },
      serializers: { [types.BYTEA]: fromBytes },
    });
  } catch (error) {
    unlock();
    throw translateSqlError(error);
  } finally {
    setTieringBudget(TIERING_BUDGET.v8);
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
