import type { Digest } from '../../domain/digest.ts';
import type { Vector } from '../../domain/fingerprint.ts';
import type { LongWorkSearch } from '../../pipeline/match/index.ts';
import type { MediaPrintStore } from '../../store/media-print-store.ts';

/** Prints of an hour are a megabyte: few at a time. */
const PAGE = 20;

/**
 * Makes the function that brings an index up to the prints that are committed, in their order. Calls that overlap wait
 * for each other: the index knows how far it is.
 */
export function followKeptPrints(
  prints: Pick<MediaPrintStore, 'changesAfter'>,
  search: LongWorkSearch,
  modelDigest: Digest,
  vectorsOf: (bytes: Uint8Array) => readonly Vector[],
): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const pass = async () => {
    for (;;) {
      const changes = await prints.changesAfter(search.highWaterMark, PAGE, modelDigest);
      for (const { workId, position, print } of changes) {
        if (print === null) search.remove(workId, position);
        else await search.addInTurns({ workId, position, vectors: vectorsOf(print) });
      }
      if (changes.length < PAGE) return;
    }
  };
  return () => {
    last = last.catch(() => undefined).then(pass);
    return last;
  };
}
