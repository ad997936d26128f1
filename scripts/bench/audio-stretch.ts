import { RATE } from './audio-sound.ts';

const GRAIN = Math.round(0.06 * RATE);
const HOP = GRAIN / 2;
/** How far a grain may be moved to fit the one before, and in what steps it is tried. */
const SEEK = Math.round(0.012 * RATE);
const SEEK_STEP = 4;

/**
 * Plays `speed` times as fast at the same pitch: grains of 60 ms are overlapped, each taken where it continues the
 * one before best (WSOLA; Verhelst and Roelands, ICASSP 1993).
 */
export function stretchTime(samples: Float32Array, speed: number): Float32Array {
  const length = Math.floor(samples.length / speed);
  const out = new Float32Array(length + GRAIN);
  const read = (i: number) => (i >= 0 && i < samples.length ? samples[i]! : 0);
  let before = 0;
  for (let to = 0; to < length; to += HOP) {
    const wanted = Math.round(to * speed);
    // What would follow the last grain in the original is what the next one should look like.
    const next = before + HOP;
    let best = wanted;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let shift = to === 0 ? 0 : -SEEK; shift <= (to === 0 ? 0 : SEEK); shift += SEEK_STEP) {
      let score = 0;
      for (let i = 0; i < HOP; i += 4) score += read(wanted + shift + i) * read(next + i);
      if (score > bestScore) {
        bestScore = score;
        best = wanted + shift;
      }
    }
    for (let i = 0; i < GRAIN && to + i < out.length; i++) {
      const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / GRAIN);
      out[to + i] = out[to + i]! + weight * read(best + i);
    }
    before = best;
  }
  return out.subarray(0, length);
}
