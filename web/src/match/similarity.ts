/** How alike each moment of one file is to each moment of another, for the eye. */

/** Rows × columns: row the query's moment, column the work's, as in the API; each value 0…255. */
export interface Similarity {
  readonly rows: number;
  readonly columns: number;
  readonly values: Uint8Array;
}

/**
 * Cosines of the descriptions of all pairs of moments, each description with its own mean taken off. What any two
 * moments have in common (the median pair) is drawn as nothing, the most alike pair in full.
 */
export function similarityOf(query: readonly Float32Array[], work: readonly Float32Array[]): Similarity {
  const [a, b] = [query.map(unit), work.map(unit)];
  const cosines = new Float32Array(a.length * b.length);
  a.forEach((row, y) => {
    b.forEach((column, x) => {
      let sum = 0;
      for (let i = 0; i < row.length; i++) sum += row[i]! * column[i]!;
      cosines[y * b.length + x] = sum;
    });
  });
  const sorted = Float32Array.from(cosines).sort();
  const [low, high] = [sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 1];
  const values = Uint8Array.from(cosines, (cosine) =>
    Math.round(255 * Math.max(0, (cosine - low) / Math.max(high - low, 1e-6)) ** 2),
  );
  return { rows: a.length, columns: b.length, values };
}

function unit(vector: Float32Array): Float32Array {
  const mean = vector.reduce((sum, value) => sum + value, 0) / vector.length;
  const centred = vector.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return length < 1e-9 ? centred.fill(0) : centred.map((value) => value / length);
}

/** `count` moments of a whole file, the middles of equal parts, in ms. */
export function momentsOfWhole(lengthMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => ((i + 0.5) * lengthMs) / count);
}
