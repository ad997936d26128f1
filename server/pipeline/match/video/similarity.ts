import type { Vector } from '../../../domain/fingerprint.ts';
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
const PART_PENALTY = 0.06;

/** Compares a query (and parts of its frames, which count where they match better) with a work. */
export function compareTracks(query: Track, parts: readonly TrackPart[], work: Track): SimilarityMatrix {
  const rows = query.spans.length;
  const columns = work.spans.length;
  const values = new Float32Array(rows * columns);
  const targets = work.spans.map(({ vector }) => unit(vector));
  for (let i = 0; i < rows; i++) {
    const vector = unit(query.spans[i]!.vector);
    for (let j = 0; j < columns; j++) values[i * columns + j] = dot(vector, targets[j]!);
  }
  for (const part of parts) {
    const vector = unit(part.vector);
    const at = part.span * columns;
    for (let j = 0; j < columns; j++) {
      values[at + j] = Math.max(values[at + j]!, dot(vector, targets[j]!) - PART_PENALTY);
    }
  }
  return { rows, columns, values, rowTimes: times(query), columnTimes: times(work) };
}

/** A vector is that of its stretch's first frame. */
function times(track: Track): Float64Array {
  return Float64Array.from(track.spans, ({ startMs }) => startMs);
}

function unit(vector: Vector): Float32Array {
  const out = Float32Array.from(vector);
  const length = Math.sqrt(dot(out, out));
  if (length > 0) for (let i = 0; i < out.length; i++) out[i] = out[i]! / length;
  return out;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
