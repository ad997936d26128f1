/**
 * `clamp(round_half_up(y · scale / ‖y‖), −127, 127)` of integers, exactly: a double decides where it is clear of
 * a rounding boundary, big integers decide where it is not. The zero vector stays zero.
 */
export function normalizeExactly(values: Float64Array, scale: number): Int8Array {
  const out = new Int8Array(values.length);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  if (squares === 0) return out;
  const factor = scale / Math.sqrt(squares);
  let exactSquares: bigint | undefined;
  for (let i = 0; i < values.length; i++) {
    const scaled = values[i]! * factor + 0.5;
    let rounded = Math.floor(scaled);
    if (Math.abs(scaled - Math.round(scaled)) < 1e-7) {
      exactSquares ??= sumOfSquares(values);
      rounded = roundExactly(BigInt(values[i]!), exactSquares, scale, Math.round(scaled));
    }
    out[i] = Math.max(-127, Math.min(127, rounded));
  }
  return out;
}

function sumOfSquares(values: Float64Array): bigint {
  let sum = 0n;
  for (const value of values) sum += BigInt(value) * BigInt(value);
  return sum;
}

/** The largest v among `candidate` and its lower neighbour with v ≤ y·scale/√S + ½, that is (2v − 1)·√S ≤ 2·y·scale. */
function roundExactly(y: bigint, squares: bigint, scale: number, candidate: number): number {
  const left = 2n * BigInt(candidate) - 1n;
  const right = 2n * y * BigInt(scale);
  const leftSquared = left * left * squares;
  const rightSquared = right * right;
  const holds =
    left >= 0n ? right >= 0n && leftSquared <= rightSquared : right >= 0n || leftSquared >= rightSquared;
  return holds ? candidate : candidate - 1;
}
