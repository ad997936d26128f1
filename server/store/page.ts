/** Which part of a list: newest first, after the id `cursor`. */
export interface PageQuery {
  readonly cursor?: string | undefined;
  /** 1…200. */
  readonly limit: number;
}

/** A part of a list. `nextCursor` is null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Makes a page of `limit + 1` rows that were asked for: the extra one tells that more follow. */
export function toPage<T extends { readonly id: string }>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Collects `where` clauses with their values: `add('owner = ?', owner)`. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #clauses: string[] = [];

  add(clause: string, value: unknown): void {
    if (value === undefined) return;
    this.values.push(value);
    this.#clauses.push(clause.replace('?', `$${this.values.length}`));
  }

  /** `where …`, or nothing. */
  get text(): string {
    return this.#clauses.length === 0 ? '' : `where ${this.#clauses.join(' and ')}`;
  }

  /** Placeholder for a value that belongs to no clause, e.g. the limit. */
  place(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
