/** One row as the drivers give it: column name to value. */
export type Row = Record<string, unknown>;

/** What a statement can be run on: the database or a transaction. Placeholders are `$1`, `$2`, …. */
export interface Sql {
  /** Runs one statement. Throws `UpstreamError('database_unavailable')` when the database does not answer. */
  query<T extends Row = Row>(text: string, values?: readonly unknown[]): Promise<T[]>;
}

/** The database: PGlite in this process, or a PostgreSQL server; one SQL dialect, PostgreSQL 15+. */
export interface Db extends Sql {
  /** Runs `work` in a transaction; rolls back when it throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Which of the two it is. */
  readonly kind: 'pglite' | 'postgres';
  close(): Promise<void>;
}
