import type { Deps } from './deps.ts';
import type { OnDamaged } from './media/decode-kept.ts';

const PAGE = 500;

type Needs = Pick<Deps, 'prints' | 'search' | 'model'>;

/** Brings the vector index up to what is committed. Call before each query; calls that overlap share one pass. */
export interface PrintFollower {
  catchUp(): Promise<void>;
}

/**
 * The vector index is a projection of the print store: changes are added in their order of commits, so that a query
 * sees every print with a lower position than its own. A print that cannot be read is told of and passed by.
 */
export function createPrintFollower(deps: Needs, onDamaged: OnDamaged): PrintFollower {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const pass = async () => {
    for (;;) {
      const changes = await deps.prints.changesAfter(deps.search.highWaterMark, PAGE, deps.model.digest);
      for (const { entry, workId, position, damage } of changes) {
        if (damage !== undefined) onDamaged(workId, damage);
        if (entry) deps.search.add(entry);
        else deps.search.remove(workId, position);
      }
      if (changes.length < PAGE) return;
    }
  };
  const start = () => {
    const mine = pass().finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  };
  return {
    // A pass that runs already may have read before the caller's commit: wait for it, then share the one after it.
    catchUp() {
      if (!running) return start();
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = null;
          return start();
        });
      return next;
    },
  };
}
