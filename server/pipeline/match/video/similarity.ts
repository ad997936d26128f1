import { VECTOR_DIMENSIONS, type Vector } from '../../../domain/fingerprint.ts';
import { dotProducts } from '../../fingerprint/index.ts';
import type { Track, TrackPart } from './track.ts';

/** Similarity of every stretch of a query to every stretch of a work, row by row. */
export interface SimilarityMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  /** When the frame behind a vector is shown, in milliseconds. */
  readonly rowTimes: Float64Array;
  readonly columnTimes: Float64Array;
}

/** What a part is worth less than a whole frame: there are seven of them, and chance has seven tries. */
export const PART_PENALTY = 0.06;
/** Rows multiplied at a time: their products with a film of hours are some megabytes. */
const CHUNK = 64;

/** Compares a query (and parts of its frames, which count where they match better) with a work. */
export function compareTracks(query: Track, parts: readonly TrackPart[], work: Track): SimilarityMatrix {
  const rows = query.spans.length;
  const columns = work.spans.length;
  const values = new Float32Array(rows * columns);
  const targets = work.spans.map(({ vector }) => vector);
  const spans = query.spans.map(({ vector }) => vector);
  cosines(spans, targets, (row, cosinesOfRow) => values.set(cosinesOfRow, row * columns));
  const seen = parts.map(({ vector }) => vector);
  cosines(seen, targets, (index, cosinesOfPart) => {
    const at = parts[index]!.span * columns;
    for (let j = 0; j < columns; j++) {
      values[at + j] = Math.max(values[at + j]!, cosinesOfPart[j]! - PART_PENALTY);
    }
  });
  return { rows, columns, values, rowTimes: times(query), columnTimes: times(work) };
}

/** A vector is that of its stretch's first frame. */
function times(track: Track): Float64Array {
  return Float64Array.from(track.spans, ({ startMs }) => startMs);
}

/** Gives the cosines of every vector with all targets, one vector at a time. */
function cosines(
  vectors: readonly Vector[],
  targets: readonly Vector[],
  take: (index: number, row: Float32Array) => void,
): void {
  const count = targets.length;
  if (count === 0) return;
  const right = join(targets);
  const inverse = Float64Array.from(targets, inverseLength);
  const row = new Float32Array(count);
  for (let from = 0; from < vectors.length; from += CHUNK) {
    const chunk = vectors.slice(from, from + CHUNK);
    const products = dotProducts(join(chunk), right, VECTOR_DIMENSIONS);
    for (const [i, vector] of chunk.entries()) {
      const scale = inverseLength(vector);
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

function join(vectors: readonly Vector[]): Int8Array {
  const out = new Int8Array(vectors.length * VECTOR_DIMENSIONS);
  for (const [i, vector] of vectors.entries()) out.set(vector, i * VECTOR_DIMENSIONS);
  return out;
}
