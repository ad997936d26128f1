import type { Row } from './db.ts';

/** A timestamp column as ISO 8601 text. */
export function isoTime(value: unknown): string {
  return (value instanceof Date ? value : new Date(String(value))).toISOString();
}

/** A nullable timestamp column. */
export function isoTimeOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : isoTime(value);
}

/**
 * Value for a `$n::jsonb` placeholder. The two drivers serialize objects and arrays differently, text they leave
 * alone.
 */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** Builds `set a = $2, b = $3::jsonb` for the columns that are given, and the values behind the placeholders. */
export function assignments(
  columns: Readonly<Record<string, unknown>>,
  jsonColumns: ReadonlySet<string>,
  firstPlaceholder: number,
): { text: string; values: unknown[] } {
  const given = Object.entries(columns).filter(([, value]) => value !== undefined);
  const text = given
    .map(([name], i) => `${name} = $${firstPlaceholder + i}${jsonColumns.has(name) ? '::jsonb' : ''}`)
    .join(', ');
  return { text, values: given.map(([name, value]) => (jsonColumns.has(name) ? toJson(value) : value)) };
}

/** The one row of a statement that cannot give none. */
export function single<T extends Row>(rows: readonly T[]): T {
  const [row] = rows;
  if (!row) throw new RangeError('the statement gave no row');
  return row;
}
