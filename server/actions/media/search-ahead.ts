import type { Vector } from '../../domain/fingerprint.ts';
import type { LongWorkSearch, Neighbour } from '../../pipeline/match/index.ts';
import { giveTurn } from './query-in-turns.ts';

/** Vectors asked of the index before others get their turn. */
const ASKED_AT_ONCE = 16;

/** Asks an index while the file is still being decoded: then this process mostly waits. */
export interface SearchAhead {
  /** Asks for these as soon as there is time; each vector once, by identity. */
  ask(vectors: readonly Vector[]): void;
  /** The neighbours of every vector; asks for those that nobody asked for before. Throws what the search throws. */
  query(vectors: readonly Vector[]): Promise<Neighbour[][]>;
  /** Forgets what was not searched yet. */
  leave(): void;
}

/** `count` neighbours for every vector. */
export function createSearchAhead(search: Pick<LongWorkSearch, 'query'>, count: number): SearchAhead {
  const found = new Map<Vector, Neighbour[]>();
  const waiting = new Set<Vector>();
  let running: Promise<void> | null = null;
  const run = async () => {
    while (waiting.size > 0) {
      await giveTurn();
      const vectors = [...waiting].slice(0, ASKED_AT_ONCE);
      const hits = search.query(vectors, count);
      for (const [i, vector] of vectors.entries()) {
        waiting.delete(vector);
        found.set(vector, hits[i]!);
      }
    }
    running = null;
  };
  const ask = (vectors: readonly Vector[]) => {
    for (const vector of vectors) if (!found.has(vector)) waiting.add(vector);
    if (waiting.size === 0 || running) return;
    running = run();
    // A failure is for who asks for the neighbours.
    running.catch(() => {});
  };
  return {
    ask,
    async query(vectors) {
      ask(vectors);
      await running;
      return vectors.map((vector) => found.get(vector)!);
    },
    leave: () => waiting.clear(),
  };
}
