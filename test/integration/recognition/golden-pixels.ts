/** Pictures by integer formulas, as `training/export.py` makes them for `vectors.json`. */
export interface GoldenInput {
  readonly kind: 'linear' | 'square' | 'blocks' | 'lcg' | 'coarse';
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly pixels_sha256: string;
  readonly features_sha256: string;
  readonly local_sha256: string;
  readonly vector: readonly number[];
  readonly code: string;
}

/** Planar RGB bytes, 3 × side × side. */
export function goldenPixels(input: GoldenInput, side: number): Uint8Array {
  const { kind, a, b, c } = input;
  const out = new Uint8Array(3 * side * side);
  const random = linearCongruential(a);
  const blocks = side / b;
  const coarse =
    kind === 'coarse' ? Uint8Array.from({ length: 3 * blocks * blocks }, random) : new Uint8Array(0);
  let at = 0;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        if (kind === 'linear') out[at] = (a * x + b * y + c * channel) % 256;
        else if (kind === 'square') out[at] = ((a * x * x + b * y * y + c * channel) >> 3) % 256;
        else if (kind === 'blocks') out[at] = (((x >> b) ^ (y >> b)) * a + c * channel) % 256;
        else if (kind === 'lcg') out[at] = random();
        else out[at] = coarse[(channel * blocks + Math.floor(y / b)) * blocks + Math.floor(x / b)]!;
        at++;
      }
    }
  }
  return out;
}

function linearCongruential(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}
