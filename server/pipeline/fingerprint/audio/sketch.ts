import { BANDS } from './levels.ts';

/** Bands of a sketch, and milliseconds of one of its frames. */
export const SKETCH_BANDS = 8;
export const SKETCH_MS = 32;

const GROUP = BANDS / SKETCH_BANDS;

/** One frame of a sketch from two frames of levels: the mean of 8 × 2 levels (quarters of a dB), in whole dB. */
export function sketchFrame(first: Uint16Array, second: Uint16Array): Uint8Array {
  return Uint8Array.from({ length: SKETCH_BANDS }, (_, band) => {
    let sum = 0;
    for (let i = band * GROUP; i < (band + 1) * GROUP; i++) sum += first[i]! + second[i]!;
    return Math.min(255, sum >> 6);
  });
}
