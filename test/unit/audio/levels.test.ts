import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createLevelMeter,
  FRAME_SAMPLES,
  levelOf,
  powerSpectrum,
  SPECTRUM_BINS,
  windowPixels,
} from '../../../server/pipeline/fingerprint/audio/index.ts';
import { goldenPcm } from './golden.ts';

const framesOf = (pcm: Int16Array): Uint16Array[] => {
  const frames: Uint16Array[] = [];
  createLevelMeter().push(pcm, (levels) => frames.push(levels));
  return frames;
};

test('the power spectrum is that of the plain sum over the samples', () => {
  const pcm = goldenPcm('noise', 3);
  const out = new Float64Array(SPECTRUM_BINS);
  powerSpectrum(pcm, 100, out);
  for (const bin of [0, 1, 17, 128, 255, 256]) {
    let [re, im] = [0, 0];
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / FRAME_SAMPLES);
      re += pcm[100 + n]! * window * Math.cos((2 * Math.PI * bin * n) / FRAME_SAMPLES);
      im -= pcm[100 + n]! * window * Math.sin((2 * Math.PI * bin * n) / FRAME_SAMPLES);
    }
    const expected = re * re + im * im;
    assert.ok(Math.abs(out[bin]! / expected - 1) < 1e-3, `bin ${bin}: ${out[bin]} for ${expected}`);
  }
});

test('a level is twelve times the binary logarithm, rounded down', () => {
  for (const power of [0, 0.5, 1, 1.05, 1.06, 2, 3, 1000.5, 123_456_789, 2 ** 45.3]) {
    assert.equal(levelOf(power), Math.floor(12 * Math.log2(Math.max(1, power)) + 1e-9), String(power));
  }
});

test('a tone is loudest in the band of its pitch, and louder by 24 levels for twice the amplitude', () => {
  const tone = (amplitude: number) =>
    Int16Array.from({ length: 4000 }, (_, n) =>
      Math.round(amplitude * Math.sin((2 * Math.PI * 1000 * n) / 8000)),
    );
  const quiet = framesOf(tone(2000))[3]!;
  const loud = framesOf(tone(4000))[3]!;
  const peak = quiet.indexOf(Math.max(...quiet));
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  assert.equal(peak, Math.round((65 * (mel(1000) - mel(120))) / (mel(3800) - mel(120))) - 1);
  assert.equal(loud[peak]! - quiet[peak]!, 24);
});

test('loudness is taken off a window, and silence gives none', () => {
  const pcm = goldenPcm('chirp', 3);
  const louder = framesOf(pcm);
  const quieter = framesOf(pcm.map((sample) => sample / 2));
  const a = windowPixels(louder, 10)!;
  const b = windowPixels(quieter, 10)!;
  const far = a.filter((value, i) => Math.abs(value - b[i]!) > 3).length;
  assert.ok(far < 20, `${far} of 4096 differ by more than a decibel`);
  assert.equal(windowPixels(framesOf(new Int16Array(16_000)), 0), null);
  assert.equal(windowPixels(framesOf(Int16Array.from({ length: 16_000 }, (_, n) => (n % 2) - 1)), 0), null);
});
