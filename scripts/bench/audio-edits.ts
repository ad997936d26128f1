/** What `bench:audio` does to excerpts. Its own code: none of it is shared with the training's edits. */
import { RATE } from './audio-sound.ts';
import { stretchTime } from './audio-stretch.ts';

/** What an edit may need besides the excerpt. */
export interface EditContext {
  /** 0 ≤ value < 1. */
  readonly random: () => number;
  /** A stretch of speech, or of ambience, at least as long as asked. */
  readonly speech: (length: number) => Float32Array;
  readonly ambience: (length: number) => Float32Array;
}

/** An edit of an excerpt. `speed`: time that passes in the original for one of the copy. `codec`: how it is stored. */
export interface AudioEdit {
  readonly name: string;
  readonly speed: number;
  readonly codec?: { readonly encoder: string; readonly bitRate: number; readonly extension: string };
  apply(samples: Float32Array, context: EditContext): Float32Array;
}

const same = (samples: Float32Array) => samples;
const plain = (name: string, apply: AudioEdit['apply']): AudioEdit => ({ name, speed: 1, apply });
const SEMITONE = 2 ** (1 / 12);

/** All edits, in the order of the report. */
export const AUDIO_EDITS: readonly AudioEdit[] = [
  plain('none', same),
  plain('noise-10', (samples, { random }) => mix(samples, hiss(samples.length, random), 10)),
  plain('noise-5', (samples, { random }) => mix(samples, hiss(samples.length, random), 5)),
  plain('noise-0', (samples, { random }) => mix(samples, hiss(samples.length, random), 0)),
  plain('ambience-10', (samples, { ambience }) => mix(samples, ambience(samples.length), 10)),
  plain('reverb', (samples) => reverb(samples)),
  {
    name: 'mp3-32',
    speed: 1,
    codec: { encoder: 'libmp3lame', bitRate: 32_000, extension: 'mp3' },
    apply: same,
  },
  {
    name: 'opus-12',
    speed: 1,
    codec: { encoder: 'libopus', bitRate: 12_000, extension: 'ogg' },
    apply: same,
  },
  plain('equalizer', (samples, { random }) => equalize(samples, random)),
  plain('telephone', (samples) => telephone(samples)),
  plain('pitch+1', (samples) => shiftPitch(samples, SEMITONE)),
  plain('pitch-1', (samples) => shiftPitch(samples, 1 / SEMITONE)),
  { name: 'tempo+10', speed: 1.1, apply: (samples) => stretchTime(samples, 1.1) },
  { name: 'tempo-10', speed: 0.9, apply: (samples) => stretchTime(samples, 0.9) },
  { name: 'speed+4', speed: 1.04, apply: (samples) => resample(samples, 1.04) },
  plain('voice-over', (samples, { speech }) => mix(samples, speech(samples.length), 3)),
  plain('room', (samples, { random }) =>
    mix(reverb(equalize(samples, random)), hiss(samples.length, random), 10),
  ),
];

function power(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum / Math.max(1, samples.length);
}

/** Adds `other` so many decibels below, and keeps the sum from clipping. */
function mix(samples: Float32Array, other: Float32Array, decibels: number): Float32Array {
  const gain = Math.sqrt(power(samples) / Math.max(1e-12, power(other))) * 10 ** (-decibels / 20);
  const out = samples.map((sample, i) => sample + gain * other[i]!);
  const peak = out.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);
  return peak > 0.98 ? out.map((sample) => (sample * 0.98) / peak) : out;
}

/** White noise with as much of noise that falls by 6 dB an octave (from 100 Hz). */
function hiss(length: number, random: () => number): Float32Array {
  const out = new Float32Array(length);
  let low = 0;
  for (let i = 0; i < length; i++) {
    const white = random() + random() + random() - 1.5;
    low += 0.04 * (white - low);
    out[i] = white + 7 * low;
  }
  return out;
}

/** Schroeder's reverberator: four combs in parallel, two all-passes behind; about 0.7 s, as loud as the direct sound. */
function reverb(samples: Float32Array): Float32Array {
  const wet = new Float32Array(samples.length);
  for (const ms of [29.7, 37.1, 41.1, 43.7]) {
    const delay = Math.round((ms * RATE) / 1000);
    const line = new Float32Array(samples.length);
    const feedback = 10 ** ((-3 * ms) / 700);
    for (let i = 0; i < samples.length; i++) {
      line[i] = samples[i]! + (i >= delay ? feedback * line[i - delay]! : 0);
      wet[i] = wet[i]! + 0.25 * line[i]!;
    }
  }
  for (const ms of [5, 1.7]) {
    const delay = Math.round((ms * RATE) / 1000);
    const before = wet.slice();
    for (let i = delay; i < wet.length; i++) {
      wet[i] = -0.7 * before[i]! + before[i - delay]! + 0.7 * wet[i - delay]!;
    }
  }
  return mix(samples, wet, 0);
}

interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/** A peak of a parametric equalizer (bilinear transform of an analogue bell). */
function bell(hertz: number, decibels: number, q: number): Biquad {
  const gain = 10 ** (decibels / 40);
  const w = (2 * Math.PI * hertz) / RATE;
  const alpha = Math.sin(w) / (2 * q);
  const a0 = 1 + alpha / gain;
  return {
    b: [(1 + alpha * gain) / a0, (-2 * Math.cos(w)) / a0, (1 - alpha * gain) / a0],
    a: [(-2 * Math.cos(w)) / a0, (1 - alpha / gain) / a0],
  };
}

/** Second-order Butterworth, `high` or low pass. */
function pass(hertz: number, high: boolean): Biquad {
  const w = (2 * Math.PI * hertz) / RATE;
  const alpha = Math.sin(w) / Math.SQRT2;
  const a0 = 1 + alpha;
  const c = Math.cos(w);
  const side = (high ? 1 + c : 1 - c) / 2 / a0;
  return { b: [side, (high ? -2 : 2) * side, side], a: [(-2 * c) / a0, (1 - alpha) / a0] };
}

function filter(samples: Float32Array, { b, a }: Biquad): Float32Array {
  const out = new Float32Array(samples.length);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]!;
    const y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    out[i] = y;
  }
  return out;
}

/** Four bells of up to ±12 dB. */
function equalize(samples: Float32Array, random: () => number): Float32Array {
  let out = samples;
  for (const hertz of [150, 500, 1500, 4000]) {
    const decibels = (random() < 0.5 ? -1 : 1) * (4 + 8 * random());
    out = filter(out, bell(hertz * (0.8 + 0.4 * random()), decibels, 0.9));
  }
  return mix(out, new Float32Array(out.length), 0);
}

/** 300 to 3,400 Hz, driven into clipping, eight bits. */
function telephone(samples: Float32Array): Float32Array {
  const band = [pass(300, true), pass(300, true), pass(3400, false), pass(3400, false)].reduce(
    filter,
    samples,
  );
  const drive = 0.5 / Math.max(1e-6, Math.sqrt(power(band)));
  return band.map((sample) => Math.round(Math.tanh(sample * drive) * 100) / 127);
}

/** Reads `speed` times as fast, between samples by a cubic. */
export function resample(samples: Float32Array, speed: number): Float32Array {
  const at = (i: number) => samples[Math.max(0, Math.min(samples.length - 1, i))]!;
  return Float32Array.from({ length: Math.floor(samples.length / speed) }, (_, n) => {
    const place = n * speed;
    const i = Math.floor(place);
    const t = place - i;
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  });
}

/** Other pitch, same time: stretched, then read faster. */
function shiftPitch(samples: Float32Array, ratio: number): Float32Array {
  return resample(stretchTime(samples, 1 / ratio), ratio);
}
