import type { Vector } from '../../domain/fingerprint.ts';
import type { LongWorkSearch, Neighbour } from '../../pipeline/match/index.ts';

/** Vectors asked of the index before others get their turn. */
const ASKED_AT_ONCE = 32;

/** Lets requests and other jobs of this process go on. */
export const giveTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Asks an index for the neighbours of many vectors without holding up the process: hours of film or sound are many. */
export async function queryInTurns(
  search: Pick<LongWorkSearch, 'query'>,
  vectors: readonly Vector[],
  count: number,
): Promise<Neighbour[][]> {
  const all: Neighbour[][] = [];
  for (let from = 0; from < vectors.length; from += ASKED_AT_ONCE) {
    all.push(...search.query(vectors.slice(from, from + ASKED_AT_ONCE), count));
    await giveTurn();
  }
  return all;
}
