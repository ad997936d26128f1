import type { Digest } from '../../domain/digest.ts';
import type { Vector } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import type { LongWorkSearch } from '../../pipeline/match/index.ts';
import type { MediaPrintStore } from '../../store/media-print-store.ts';
import type { OnDamaged } from './decode-kept.ts';

/** Prints of an hour are a megabyte: few at a time. */
const PAGE = 20;

/**
 * Makes the function that brings an index up to the prints that are committed, in their order. Calls that overlap wait
 * for each other: the index knows how far it is. A print that cannot be read is told of and passed by.
 */
export function followKeptPrints(
  prints: Pick<MediaPrintStore, 'changesAfter'>,
  search: LongWorkSearch,
  modelDigest: Digest,
  vectorsOf: (bytes: Uint8Array) => readonly Vector[],
  onDamaged: OnDamaged,
): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const read = (workId: WorkId, bytes: Uint8Array): readonly Vector[] | null => {
    try {
      return vectorsOf(bytes);
    } catch (error) {
      onDamaged(workId, error);
      return null;
    }
  };
  const pass = async () => {
    for (;;) {
      const changes = await prints.changesAfter(search.highWaterMark, PAGE, modelDigest);
      for (const { workId, position, print } of changes) {
        const vectors = print && read(workId, print);
        if (vectors === null) search.remove(workId, position);
        else await search.addInTurns({ workId, position, vectors });
      }
      if (changes.length < PAGE) return;
    }
  };
  return () => {
    last = last.catch(() => undefined).then(pass);
    return last;
  };
}
