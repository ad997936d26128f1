/** Sounds made for tests, and WAV files of any shape. */
import { makeRandom } from '../../../scripts/bench/text-random.ts';

/** A tune at 16 kHz, −1…1: a note every 180 ms with four partials, a click every beat. Another seed, another tune. */
export function makeTune(seed: number, seconds: number): Float32Array {
  const random = makeRandom(seed);
  const out = new Float32Array(seconds * 16_000);
  for (let start = 0; start < out.length; start += 2880) {
    const hertz = 220 * 2 ** (random.below(25) / 12);
    const other = 110 * 2 ** (random.below(13) / 12);
    for (let i = 0; i < 5000 && start + i < out.length; i++) {
      const t = i / 16_000;
      const tone = (pitch: number, partials: number) => {
        let sum = 0;
        for (let h = 1; h <= partials; h++) sum += Math.sin(2 * Math.PI * pitch * h * t) / h;
        return sum;
      };
      const click = i < 400 && start % 5760 === 0 ? (random.next() - 0.5) * Math.exp(-i / 120) : 0;
      const at = start + i;
      out[at] = out[at]! + Math.exp(-6 * t) * (0.2 * tone(hertz, 4) + 0.12 * tone(other, 3)) + 0.4 * click;
    }
  }
  return out;
}

/** A WAV file, 16 bits: the same samples in every channel, taken at `rate` from a sound at 16 kHz. */
export function wavOf(sound: Float32Array, rate: number, channels: number): Buffer {
  const count = Math.floor((sound.length * rate) / 16_000);
  const bytes = Buffer.alloc(44 + 2 * channels * count);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * channels * rate, 28);
  bytes.writeUInt16LE(2 * channels, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  for (let i = 0; i < count; i++) {
    const sample = Math.round(20_000 * (sound[Math.floor((i * 16_000) / rate)] ?? 0));
    for (let c = 0; c < channels; c++)
      bytes.writeInt16LE(Math.max(-32768, Math.min(32767, sample)), 44 + 2 * (i * channels + c));
  }
  return bytes;
}

/** The sound with white noise, so many decibels below it. */
export function withNoise(sound: Float32Array, decibels: number, seed: number): Float32Array {
  const random = makeRandom(seed);
  const power = sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length;
  // Uniform noise of width w has the power w²/12.
  const width = Math.sqrt(12 * power * 10 ** (-decibels / 10));
  return sound.map((sample) => sample + width * (random.next() - 0.5));
}
