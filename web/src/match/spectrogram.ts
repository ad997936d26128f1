/** Spectrograms for the eye: log-frequency bands over time, in decibels. Not what the model sees; it has its own. */

/** Bands × columns of one sound, each value 0…255, row 0 the lowest band. */
export interface Spectrogram {
  readonly bands: number;
  readonly columns: number;
  readonly values: Uint8Array;
}

const WINDOW = 1024;
const LOWEST_HZ = 80;
const HIGHEST_HZ = 7600;
// What lies this far below the loudest place is drawn as silence.
const RANGE_DB = 70;

/**
 * Draws the part of `samples` (mono, −1…1) from `startMs` to `endMs` in `columns` columns. Times before 0 and after the
 * end are silence, so that two parts with a margin stay aligned.
 */
export function spectrogramOf(
  samples: Float32Array,
  sampleRate: number,
  part: {
    readonly startMs: number;
    readonly endMs: number;
    readonly columns: number;
    readonly bands: number;
  },
): Spectrogram {
  const { columns, bands } = part;
  const levels = new Float64Array(bands * columns);
  const edges = Array.from(
    { length: bands + 1 },
    (_, i) => LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (i / bands),
  );
  const window = Float64Array.from(
    { length: WINDOW },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW),
  );
  const real = new Float64Array(WINDOW);
  const imaginary = new Float64Array(WINDOW);
  for (let column = 0; column < columns; column++) {
    const ms = part.startMs + ((column + 0.5) * (part.endMs - part.startMs)) / columns;
    const from = Math.round((ms * sampleRate) / 1000) - WINDOW / 2;
    for (let i = 0; i < WINDOW; i++) {
      real[i] = (samples[from + i] ?? 0) * window[i]!;
      imaginary[i] = 0;
    }
    transform(real, imaginary);
    for (let band = 0; band < bands; band++) {
      const low = Math.floor((edges[band]! * WINDOW) / sampleRate);
      const high = Math.max(low + 1, Math.ceil((edges[band + 1]! * WINDOW) / sampleRate));
      let power = 0;
      for (let bin = low; bin < high && bin < WINDOW / 2; bin++)
        power = Math.max(power, real[bin]! ** 2 + imaginary[bin]! ** 2);
      levels[band * columns + column] = 10 * Math.log10(power + 1e-12);
    }
  }
  const loudest = levels.reduce((most, level) => Math.max(most, level), -Infinity);
  const values = Uint8Array.from(levels, (level) =>
    // Digital silence has no loudest place worth the name.
    loudest < -90 ? 0 : Math.round(255 * Math.min(1, Math.max(0, 1 + (level - loudest) / RANGE_DB))),
  );
  return { bands, columns, values };
}

/** The discrete Fourier transform in place (radix 2, Cooley and Tukey 1965); the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j]!, real[i]!];
      [imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
    }
  }
  for (let length = 2; length <= n; length *= 2) {
    const half = length / 2;
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / length;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let i = k; i < n; i += length) {
        const j = i + half;
        const re = real[j]! * c - imaginary[j]! * s;
        const im = real[j]! * s + imaginary[j]! * c;
        real[j] = real[i]! - re;
        imaginary[j] = imaginary[i]! - im;
        real[i] = real[i]! + re;
        imaginary[i] = imaginary[i]! + im;
      }
    }
  }
}
