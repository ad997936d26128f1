/** Side of the grey picture that an Image-Code is made from. */
export const IMAGE_CODE_SIDE = 32;
const BLOCK = 8;
/** Corners of the blocks of coefficients, one after the other 64 bits each. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/**
 * Body of an Image-Code (ISO 24138, 5.4): 256 bits, coefficients of the cosine transform of 32×32 grey pixels (0…255,
 * rows top to bottom) against the median of their block.
 */
export function imageCode(pixels: ArrayLike<number>): Uint8Array {
  if (pixels.length !== IMAGE_CODE_SIDE ** 2) throw new RangeError(`${pixels.length} pixels`);
  const coefficients = transformPlane(Float64Array.from(pixels));
  const body = new Uint8Array(32);
  for (const [number, [left, top]] of CORNERS.entries()) {
    const block = new Float64Array(BLOCK * BLOCK);
    for (let i = 0; i < block.length; i++) {
      block[i] = coefficients[(top + (i >>> 3)) * IMAGE_CODE_SIDE + left + (i & 7)]!;
    }
    const sorted = block.slice().sort();
    const median = (sorted[31]! + sorted[32]!) / 2;
    for (let i = 0; i < block.length; i++) {
      if (block[i]! > median) body[number * 8 + (i >>> 3)]! |= 0x80 >>> (i & 7);
    }
  }
  return body;
}

/** Rows, then columns. */
function transformPlane(plane: Float64Array): Float64Array {
  const side = IMAGE_CODE_SIDE;
  for (let row = 0; row < side; row++)
    plane.set(transform(plane.subarray(row * side, (row + 1) * side)), row * side);
  const column = new Float64Array(side);
  for (let x = 0; x < side; x++) {
    for (let y = 0; y < side; y++) column[y] = plane[y * side + x]!;
    const transformed = transform(column);
    for (let y = 0; y < side; y++) plane[y * side + x] = transformed[y]!;
  }
  return plane;
}

/**
 * Cosine transform of type II by halving (B. G. Lee, 1984), not scaled. The order of its sums is part of the
 * standard as it were: in a flat picture coefficients are equal to the last bit, and a tie decides a bit of the code.
 */
function transform(values: Float64Array): Float64Array {
  const n = values.length;
  if (n === 1) return values.slice();
  const half = n / 2;
  const sums = new Float64Array(half);
  const differences = new Float64Array(half);
  for (let i = 0; i < half; i++) {
    const near = values[i]!;
    const far = values[n - 1 - i]!;
    sums[i] = near + far;
    differences[i] = (near - far) / (Math.cos(((i + 0.5) * Math.PI) / n) * 2);
  }
  const even = transform(sums);
  const odd = transform(differences);
  const result = new Float64Array(n);
  for (let i = 0; i < half; i++) {
    result[2 * i] = even[i]!;
    result[2 * i + 1] = i + 1 < half ? odd[i]! + odd[i + 1]! : odd[i]!;
  }
  return result;
}
