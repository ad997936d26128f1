import { AUDIO_RATE } from '../../decode/audio/index.ts';
import { FRAME_SAMPLES, powerSpectrum, SPECTRUM_BINS } from './power-spectrum.ts';

/** Samples from frame to frame: 16 ms. */
export const HOP_SAMPLES = 128;
/** Bands of a frame, evenly spaced in mel from 120 to 3,800 Hz. */
export const BANDS = 64;
/** Levels in an octave of power: a level is a quarter of a decibel. */
const LEVELS_PER_OCTAVE = 12;

interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Overlapping triangles, their weights rounded to 2⁻¹². */
const TRIANGLES: readonly Band[] = makeTriangles();
/** Powers of two between 1 and 2 at which the level goes up, rounded to 2⁻³⁰. */
const STEPS = Float64Array.from(
  { length: LEVELS_PER_OCTAVE },
  (_, k) => Math.round(2 ** (k / LEVELS_PER_OCTAVE + 30)) / 2 ** 30,
);

function makeTriangles(): Band[] {
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const low = mel(120);
  const step = (mel(3800) - low) / (BANDS + 1);
  const edge = (i: number) => 700 * (10 ** ((low + i * step) / 2595) - 1);
  return Array.from({ length: BANDS }, (_, band) => {
    const [from, middle, to] = [edge(band), edge(band + 1), edge(band + 2)];
    const all = Array.from({ length: SPECTRUM_BINS }, (_, bin) => {
      const hertz = (bin * AUDIO_RATE) / FRAME_SAMPLES;
      const height = Math.min((hertz - from) / (middle - from), (to - hertz) / (to - middle));
      return Math.round(4096 * Math.max(0, height)) / 4096;
    });
    const first = all.findIndex((weight) => weight > 0);
    const last = all.findLastIndex((weight) => weight > 0);
    return { first, weights: Float64Array.from(all.slice(first, last + 1)) };
  });
}

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
/** Index of the word of a double that holds sign and exponent. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** floor(12 · log₂(max(power, 1))), from the double's own exponent and a table: no logarithm that engines round. */
export function levelOf(power: number): number {
  if (power <= 1) return 0;
  bits[0] = power;
  const high = words[HIGH]!;
  words[HIGH] = (high & 0x000fffff) | 0x3ff00000;
  const mantissa = bits[0];
  let step = LEVELS_PER_OCTAVE - 1;
  while (STEPS[step]! > mantissa) step--;
  return LEVELS_PER_OCTAVE * ((high >>> 20) - 1023) + step;
}

/** Turns samples that come in pieces into frames of levels; holds less than a frame of samples. */
export interface LevelMeter {
  /** Takes samples; calls back for every frame that they complete, in order, with 64 levels that are its own. */
  push(samples: Int16Array, onFrame: (levels: Uint16Array) => void): void;
}

/** Frame k covers the samples 128·k … 128·k + 511. */
export function createLevelMeter(): LevelMeter {
  let held = new Int16Array(0);
  const spectrum = new Float64Array(SPECTRUM_BINS);
  return {
    push(samples, onFrame) {
      const all = new Int16Array(held.length + samples.length);
      all.set(held);
      all.set(samples, held.length);
      let at = 0;
      for (; at + FRAME_SAMPLES <= all.length; at += HOP_SAMPLES) {
        powerSpectrum(all, at, spectrum);
        const levels = new Uint16Array(BANDS);
        for (let band = 0; band < BANDS; band++)
          levels[band] = levelOf(bandPower(spectrum, TRIANGLES[band]!));
        onFrame(levels);
      }
      held = all.slice(at);
    },
  };
}

function bandPower(spectrum: Float64Array, { first, weights }: Band): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * spectrum[first + i]!;
  return sum;
}
