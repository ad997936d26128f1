import { BANDS } from './levels.ts';

/** Frames that the network sees at once: 64 · 16 ms, with the last frame's own length 1.072 s. */
export const WINDOW_FRAMES = 64;
/** Milliseconds from a window's first sample to its last. */
export const WINDOW_MS = 1072;
/** Milliseconds between the starts of two frames. */
export const FRAME_MS = 16;
/** Milliseconds from the start of a window of a print to that of the next. */
export const WINDOW_STEP_MS = 512;
/** What lies more than 40 dB below the loudest band of a window is not told apart. */
const RANGE_LEVELS = 160;
/** A window is silent when its loudest band is no stronger than a steady tone of about −80 dBFS. */
const SILENT_LEVEL = 208;

/**
 * What the network sees: levels of 64 frames with the loudness of the window taken off, 64 × 64 bytes (band, frame).
 * Null when the window is silent. `frames` are 64 levels each; `from` is the first one used.
 */
export function windowPixels(frames: readonly Uint16Array[], from: number): Uint8Array | null {
  let peak = 0;
  for (let i = from; i < from + WINDOW_FRAMES; i++) {
    const levels = frames[i]!;
    for (let band = 0; band < BANDS; band++) if (levels[band]! > peak) peak = levels[band]!;
  }
  if (peak < SILENT_LEVEL) return null;
  const least = peak - RANGE_LEVELS;
  let sum = 0;
  for (let i = from; i < from + WINDOW_FRAMES; i++) {
    const levels = frames[i]!;
    for (let band = 0; band < BANDS; band++) sum += Math.max(levels[band]!, least);
  }
  const shift = 128 - Math.floor(sum / (WINDOW_FRAMES * BANDS));
  const pixels = new Uint8Array(BANDS * WINDOW_FRAMES);
  for (let i = 0; i < WINDOW_FRAMES; i++) {
    const levels = frames[from + i]!;
    for (let band = 0; band < BANDS; band++) {
      const value = Math.max(levels[band]!, least) + shift;
      pixels[band * WINDOW_FRAMES + i] = Math.max(0, Math.min(255, value));
    }
  }
  return pixels;
}
