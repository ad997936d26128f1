import type { Vector } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';

/** One work as the index holds it. `position` is the row's place in the print store's order of commits. */
export interface IndexEntry {
  readonly position: number;
  readonly workId: WorkId;
  /** Vectors of its segments in order. */
  readonly vectors: readonly Vector[];
}

/** A registered segment near a query vector. */
export interface Neighbour {
  readonly workId: WorkId;
  readonly segment: number;
  /** Cosine similarity, −1…1 (1 = same). */
  readonly similarity: number;
}

/** Nearest segments over all registered works of one model. Implemented by `server/search/`. */
export interface VectorSearch {
  /** Number of vectors held. */
  readonly size: number;
  /** The highest position added or removed so far; rows above it are still to come. */
  readonly highWaterMark: number;
  /** Adds a work; visible to the next `query`. Adding the same position twice changes nothing. */
  add(entry: IndexEntry): void;
  /** Takes a work out; unknown works are ignored. */
  remove(workId: WorkId, position?: number): void;
  /** For every vector its `count` most similar segments, best first. Approximate. */
  query(vectors: readonly Vector[], count: number): Neighbour[][];
}

/** A search over works of thousands of vectors: adding one takes seconds, in which others have to get their turn. */
export interface LongWorkSearch extends VectorSearch {
  /** As `add`, in many small steps; the work counts as added (`highWaterMark`) after the last. */
  addInTurns(entry: IndexEntry): Promise<void>;
}
