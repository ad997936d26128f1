import { AsyncLocalStorage } from 'node:async_hooks';
import { InternalError } from '../errors.ts';

const current = new AsyncLocalStorage<{ open: boolean }>();

/** Runs the body of a transaction so that `refuseInsideTransaction` can tell. */
export async function markTransaction<T>(work: () => Promise<T>): Promise<T> {
  const mark = { open: true };
  try {
    return await current.run(mark, work);
  } finally {
    mark.open = false;
  }
}

/**
 * Throws `internal` when called inside a transaction of this call chain. PGlite has one connection: a statement
 * on the database itself would wait for the transaction that waits for it. A server would let it pass and read
 * outside of the transaction, which is as wrong and harder to find.
 */
export function refuseInsideTransaction(): void {
  if (current.getStore()?.open) {
    throw new InternalError(
      'internal',
      'a statement was sent around the open transaction; use its own handle',
    );
  }
}
