import { VECTOR_DIMENSIONS, type Vector } from '../../../domain/fingerprint.ts';
import { dotProducts } from '../../fingerprint/index.ts';
import type { Track, TrackPart } from './track.ts';

/**
 * Similarity of every stretch of a query to every stretch of a work. Computed where it is asked for: all of it would be
 * gigabytes for two films of hours.
 */
export interface Similarities {
  readonly rows: number;
  readonly columns: number;
  /** When the frame behind a vector is shown, in milliseconds; ascending. */
  readonly rowTimes: Float64Array;
  readonly columnTimes: Float64Array;
  /** The rows' times by a clock that runs only where samples may be missed: a stretch that lasts longer counts for a second. */
  readonly rowClock: Float64Array;
  /** How many rows a row stands for: one, and more where none was taken after it for longer than a second. */
  readonly rowWeight: Float64Array;
  /** Cosines −1…1 of rows `fromRow` to `toRow − 1` with columns `fromColumn` to `toColumn − 1`, row by row. */
  block(fromRow: number, toRow: number, fromColumn: number, toColumn: number): Float32Array;
}

/** Stretches less alike than this say nothing. */
export const MIN_SIMILARITY = 0.3;
/** What a part is worth less than a whole frame: there are seven of them, and chance has seven tries. */
export const PART_PENALTY = 0.06;
/** Vectors multiplied at a time: their products with a film of hours are some megabytes. */
const CHUNK = 64;

/** Compares a query (and parts of its frames, which count where they match better) with a work. */
export function compareTracks(query: Track, parts: readonly TrackPart[], work: Track): Similarities {
  const left = pack(query.spans.map(({ vector }) => vector));
  const right = pack(work.spans.map(({ vector }) => vector));
  const seen = pack(parts.map(({ vector }) => vector));
  const partsOf = new Map<number, number[]>();
  for (const [index, { span }] of parts.entries()) partsOf.set(span, [...(partsOf.get(span) ?? []), index]);
  return {
    rows: query.spans.length,
    columns: work.spans.length,
    rowTimes: times(query),
    columnTimes: times(work),
    rowClock: clockOf(query),
    rowWeight: weightsOf(query),
    block(fromRow, toRow, fromColumn, toColumn) {
      const count = Math.max(0, toColumn - fromColumn);
      const values = new Float32Array(Math.max(0, toRow - fromRow) * count);
      const rows = Array.from({ length: Math.max(0, toRow - fromRow) }, (_, i) => fromRow + i);
      cosines(left, rows, right, fromColumn, toColumn, (i, cosinesOfRow) =>
        values.set(cosinesOfRow, i * count),
      );
      const within = rows.flatMap((row, i) => (partsOf.get(row) ?? []).map((index) => ({ index, i })));
      const indexes = within.map(({ index }) => index);
      cosines(seen, indexes, right, fromColumn, toColumn, (k, cosinesOfPart) => {
        const at = within[k]!.i * count;
        for (let j = 0; j < count; j++) {
          values[at + j] = Math.max(values[at + j]!, cosinesOfPart[j]! - PART_PENALTY);
        }
      });
      return values;
    },
  };
}

/** Median time between samples, milliseconds; 0 of less than two. */
export function usualStep(times: Float64Array): number {
  const steps = times.subarray(1).map((time, i) => time - times[i]!);
  return steps.toSorted()[steps.length >> 1] ?? 0;
}

/** A vector is that of its stretch's first frame. */
function times(track: Track): Float64Array {
  return Float64Array.from(track.spans, ({ startMs }) => startMs);
}

/** A row at most stands for so much: what lasts longer is still, or was passed over since nothing is cut in it. */
const ROW_MS = 1_000;

/** One look is one look: chance may have given it. */
const MAX_WEIGHT = 3;

function weightsOf({ spans }: Track): Float64Array {
  return Float64Array.from(spans, ({ startMs, endMs }) =>
    Math.min(MAX_WEIGHT, Math.max(1, (endMs - startMs) / ROW_MS)),
  );
}

function clockOf({ spans }: Track): Float64Array {
  let leftOutMs = 0;
  return Float64Array.from(spans, ({ startMs, endMs }) => {
    const clockMs = startMs - leftOutMs;
    leftOutMs += Math.max(0, endMs - startMs - ROW_MS);
    return clockMs;
  });
}

/** Vectors one after the other, and one over the length of each (0 of a zero vector). */
interface Packed {
  readonly data: Int8Array;
  readonly inverse: Float64Array;
}

function pack(vectors: readonly Vector[]): Packed {
  const data = new Int8Array(vectors.length * VECTOR_DIMENSIONS);
  for (const [i, vector] of vectors.entries()) data.set(vector, i * VECTOR_DIMENSIONS);
  return { data, inverse: Float64Array.from(vectors, inverseLength) };
}

function rowOf({ data }: Packed, index: number): Int8Array {
  return data.subarray(index * VECTOR_DIMENSIONS, (index + 1) * VECTOR_DIMENSIONS);
}

/** Gives the cosines of some vectors with a run of the targets, one vector at a time, with its place among `some`. */
function cosines(
  vectors: Packed,
  some: readonly number[],
  targets: Packed,
  fromColumn: number,
  toColumn: number,
  take: (place: number, row: Float32Array) => void,
): void {
  const count = toColumn - fromColumn;
  if (count <= 0) return;
  const right = targets.data.subarray(fromColumn * VECTOR_DIMENSIONS, toColumn * VECTOR_DIMENSIONS);
  const inverse = targets.inverse.subarray(fromColumn, toColumn);
  const row = new Float32Array(count);
  for (let from = 0; from < some.length; from += CHUNK) {
    const chunk = some.slice(from, from + CHUNK);
    const left = new Int8Array(chunk.length * VECTOR_DIMENSIONS);
    for (const [i, index] of chunk.entries()) left.set(rowOf(vectors, index), i * VECTOR_DIMENSIONS);
    const products = dotProducts(left, right, VECTOR_DIMENSIONS);
    for (const [i, index] of chunk.entries()) {
      const scale = vectors.inverse[index]!;
      for (let j = 0; j < count; j++) row[j] = products[i * count + j]! * scale * inverse[j]!;
      take(from + i, row);
    }
  }
}

function inverseLength(vector: Vector): number {
  let sum = 0;
  for (let d = 0; d < vector.length; d++) sum += vector[d]! * vector[d]!;
  return sum === 0 ? 0 : 1 / Math.sqrt(sum);
}
