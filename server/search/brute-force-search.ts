import type { Vector } from '../domain/fingerprint.ts';
import type { WorkId } from '../domain/ids.ts';
import type { IndexEntry, Neighbour, VectorSearch } from '../pipeline/match/index.ts';

interface Row {
  readonly workId: WorkId;
  readonly segment: number;
  readonly vector: Vector;
  readonly norm: number;
}

/** Exact search by comparing with everything: the oracle of the fast index, and enough for small registries. */
export function createBruteForceSearch(): VectorSearch {
  let rows: Row[] = [];
  let mark = 0;
  const positions = new Map<WorkId, number>();
  return {
    get size() {
      return rows.length;
    },
    get highWaterMark() {
      return mark;
    },
    add(entry: IndexEntry) {
      mark = Math.max(mark, entry.position);
      if (positions.get(entry.workId) === entry.position) return;
      rows = rows.filter((row) => row.workId !== entry.workId);
      positions.set(entry.workId, entry.position);
      entry.vectors.forEach((vector, segment) => {
        rows.push({ workId: entry.workId, segment, vector, norm: Math.sqrt(dot(vector, vector)) });
      });
    },
    remove(workId, position = 0) {
      mark = Math.max(mark, position);
      positions.delete(workId);
      rows = rows.filter((row) => row.workId !== workId);
    },
    query(vectors, count) {
      return vectors.map((vector) => nearest(rows, vector, count));
    },
  };
}

function nearest(rows: readonly Row[], vector: Vector, count: number): Neighbour[] {
  const norm = Math.sqrt(dot(vector, vector));
  const all = rows.map((row) => ({
    workId: row.workId,
    segment: row.segment,
    similarity: norm * row.norm === 0 ? 0 : dot(vector, row.vector) / (norm * row.norm),
  }));
  return all.sort((a, b) => b.similarity - a.similarity).slice(0, count);
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
