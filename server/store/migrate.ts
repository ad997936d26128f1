import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InternalError } from '../errors.ts';
import type { Db, Sql } from './db.ts';

// Any constant will do; it keeps two processes that start on one server from migrating at once.
const ADVISORY_LOCK = 7_700_100;
const NAME = /^\d{4}-[a-z0-9-]+\.sql$/;

/** The folder of our migrations. */
export const MIGRATIONS_FOLDER = join(import.meta.dirname, 'migrations');

/**
 * Brings the database up to date: every `NNNN-name.sql` of `folder` once, in order of name, each in a transaction
 * of its own with the row that remembers it. Gives the names that ran now.
 *
 * Throws `InternalError` when a migration that ran before was edited since, and what a failing statement throws.
 */
export async function migrate(db: Db, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  await db.transaction(async (sql) => {
    await lock(sql);
    await sql.query(
      'create table if not exists schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    );
  });
  const applied: string[] = [];
  for (const name of readdirSync(folder)
    .filter((file) => NAME.test(file))
    .sort()) {
    const text = readFileSync(join(folder, name), 'utf8');
    const checksum = createHash('sha256').update(text).digest('hex');
    const ran = await db.transaction(async (sql) => {
      await lock(sql);
      return await applyOnce(sql, name, text, checksum);
    });
    if (ran) applied.push(name);
  }
  return applied;
}

function lock(sql: Sql): Promise<unknown> {
  return sql.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
}

async function applyOnce(sql: Sql, name: string, text: string, checksum: string): Promise<boolean> {
  const [before] = await sql.query<{ checksum: string }>(
    'select checksum from schema_migrations where name = $1',
    [name],
  );
  if (before) {
    if (before.checksum === checksum) return false;
    throw new InternalError(
      'internal',
      `migration ${name} was edited after it ran here; write a new one instead`,
    );
  }
  for (const statement of splitStatements(text)) await sql.query(statement);
  await sql.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum]);
  return true;
}

/**
 * Statements of a migration, one by one, because a prepared statement holds only one. Semicolons in quotes,
 * dollar quotes and comments do not end a statement.
 */
export function splitStatements(text: string): string[] {
  const token = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[\s\S]*?\$\1\$|;/g;
  const statements: string[] = [];
  let from = 0;
  const push = (to: number) => {
    const statement = text.slice(from, to).trim();
    if (statement.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== '') statements.push(statement);
  };
  for (const match of text.matchAll(token)) {
    if (match[0] !== ';') continue;
    push(match.index);
    from = match.index + 1;
  }
  push(text.length);
  return statements;
}
