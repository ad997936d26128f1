import type { Print } from '../domain/fingerprint.ts';
import type { WorkId } from '../domain/ids.ts';
import type { IndexEntry } from '../pipeline/match/index.ts';
import type { Sql } from './db.ts';

/** A change of the print table: a print that came, or one that went (`entry: null`). */
export interface PrintChange {
  readonly position: number;
  readonly workId: WorkId;
  readonly entry: IndexEntry | null;
}

/** Prints of registered works, one row a work; the vector index is a projection of it. */
export interface PrintStore {
  /** Stores the print of a work inside the caller's transaction and gives its position. Idempotent per work. */
  insertPrint(sql: Sql, workId: WorkId, print: Print): Promise<number>;
  /** Marks the print of a work as gone inside the caller's transaction; its position moves to the end. */
  removePrint(sql: Sql, workId: WorkId): Promise<number | null>;
  loadPrints(workIds: readonly WorkId[]): Promise<ReadonlyMap<WorkId, Print>>;
  /** Changes after `position` in order, at most `limit`, for the index to catch up. */
  changesAfter(position: number, limit: number, modelDigest: string): Promise<PrintChange[]>;
}

/** Print store on a database. */
export function createPrintStore(_sql: Sql): PrintStore {
  throw new Error('being written');
}
