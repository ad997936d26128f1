import type { WorkId } from '../domain/ids.ts';
import type { IndexEntry, VectorSearch } from '../pipeline/match/index.ts';

/** Gives the changes of the print store after a position, in order. */
export type ChangeSource = (
  position: number,
  limit: number,
) => Promise<readonly { position: number; workId: WorkId; entry: IndexEntry | null }[]>;

const PAGE = 200;

/**
 * Brings an index up to date with the print store: applies every change above its high-water mark and gives
 * their number. Call it at the start and after a commit; calling it twice changes nothing.
 */
export async function followPrints(index: VectorSearch, changesAfter: ChangeSource): Promise<number> {
  let applied = 0;
  for (;;) {
    const changes = await changesAfter(index.highWaterMark, PAGE);
    for (const { position, workId, entry } of changes) {
      if (entry) index.add(entry);
      else index.remove(workId, position);
    }
    applied += changes.length;
    if (changes.length < PAGE) return applied;
  }
}
