/**
 * Power spectrum of 512 samples. Only additions and multiplications of doubles, which every engine rounds alike, and
 * tables of cosines rounded to 2⁻³⁰ (where engines' cosines agree): the same samples give the same bits everywhere.
 */

/** Samples of a frame, and numbers of its spectrum. */
export const FRAME_SAMPLES = 512;
export const SPECTRUM_BINS = FRAME_SAMPLES / 2 + 1;

const HALF = FRAME_SAMPLES / 2;
const rounded = (value: number, steps: number) => Math.round(value * steps) / steps;

/** Hann window, rounded to 2⁻¹⁵. */
const WINDOW = Float64Array.from({ length: FRAME_SAMPLES }, (_, n) =>
  rounded(0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / FRAME_SAMPLES), 2 ** 15),
);
const COSINE = Float64Array.from({ length: FRAME_SAMPLES }, (_, n) =>
  rounded(Math.cos((2 * Math.PI * n) / FRAME_SAMPLES), 2 ** 30),
);
const SINE = Float64Array.from({ length: FRAME_SAMPLES }, (_, n) =>
  rounded(Math.sin((2 * Math.PI * n) / FRAME_SAMPLES), 2 ** 30),
);
/** Bit-reversed order of 256. */
const ORDER = Uint16Array.from({ length: HALF }, (_, n) => {
  let out = 0;
  for (let bit = 0; bit < 8; bit++) out |= ((n >> bit) & 1) << (7 - bit);
  return out;
});

const real = new Float64Array(HALF);
const imaginary = new Float64Array(HALF);

/**
 * |X|² of `samples[at … at + 511]` under the window, into `out` (257 numbers). The 512 real numbers are transformed as
 * 256 complex ones (even samples real, odd ones imaginary), radix 2, then taken apart.
 */
export function powerSpectrum(samples: Int16Array, at: number, out: Float64Array): void {
  for (let n = 0; n < HALF; n++) {
    const to = ORDER[n]!;
    real[to] = samples[at + 2 * n]! * WINDOW[2 * n]!;
    imaginary[to] = samples[at + 2 * n + 1]! * WINDOW[2 * n + 1]!;
  }
  for (let size = 1; size < HALF; size *= 2) {
    const stride = HALF / size;
    for (let j = 0; j < size; j++) {
      const c = COSINE[j * stride]!;
      const s = SINE[j * stride]!;
      for (let a = j; a < HALF; a += 2 * size) {
        const b = a + size;
        const re = real[b]! * c + imaginary[b]! * s;
        const im = imaginary[b]! * c - real[b]! * s;
        real[b] = real[a]! - re;
        imaginary[b] = imaginary[a]! - im;
        real[a] = real[a]! + re;
        imaginary[a] = imaginary[a]! + im;
      }
    }
  }
  for (let k = 0; k <= HALF; k++) {
    const i = k % HALF;
    const j = (HALF - k) % HALF;
    const evenRe = 0.5 * (real[i]! + real[j]!);
    const evenIm = 0.5 * (imaginary[i]! - imaginary[j]!);
    const oddRe = 0.5 * (imaginary[i]! + imaginary[j]!);
    const oddIm = 0.5 * (real[j]! - real[i]!);
    const re = evenRe + oddRe * COSINE[k]! + oddIm * SINE[k]!;
    const im = evenIm + oddIm * COSINE[k]! - oddRe * SINE[k]!;
    out[k] = re * re + im * im;
  }
}
