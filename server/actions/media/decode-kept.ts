import type { WorkId } from '../../domain/ids.ts';
import type { KeptPrint } from '../../store/media-print-store.ts';

/** Told of the stored print of a work that cannot be read. */
export type OnDamaged = (workId: WorkId, error: unknown) => void;

/**
 * Prints as they were kept, read. One that cannot be read is told of and left out: a row that a disk has spoiled must not
 * stand in the way of every other work. `fsck` reports it.
 */
export function decodeKept<T>(
  kept: ReadonlyMap<WorkId, KeptPrint>,
  decode: (bytes: Uint8Array) => T,
  onDamaged: OnDamaged,
): Map<WorkId, T> {
  const read = new Map<WorkId, T>();
  for (const [workId, { bytes }] of kept) {
    try {
      read.set(workId, decode(bytes));
    } catch (error) {
      onDamaged(workId, error);
    }
  }
  return read;
}
