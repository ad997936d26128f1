import type { Raster } from '../../../domain/media.ts';
import type { DecodedFrame } from './decode-video.ts';
import type { GrayClip } from './video-decoder.ts';

/** Small grey pictures of sampled frames, so that a glance at one of them need not decode the file again. */
export interface Thumbnails {
  /** The frame that was sampled at a time in whole milliseconds, alone; null when it was not kept. */
  at(timeMs: number): GrayClip | null;
  /** Passes frames on and keeps the new ones among them. */
  keep(frames: AsyncIterable<DecodedFrame>): AsyncIterable<DecodedFrame>;
}

/** The first two hours at a frame a second: 40 to 75 MB. What comes after them is read from the file. */
const MAX_KEPT = 8_192;

/** Keeps thumbnails with the long side `side`. */
export function createThumbnails(side: number): Thumbnails {
  const kept = new Map<number, GrayClip>();
  return {
    at: (timeMs) => kept.get(timeMs) ?? null,
    async *keep(frames) {
      for await (const frame of frames) {
        const timeMs = Math.round(frame.timeMs);
        if (frame.mark === 'new' && kept.size < MAX_KEPT)
          kept.set(timeMs, shrinkToGray(frame.raster, side, timeMs));
        yield frame;
      }
    },
  };
}

/** Luma (ITU-R BT.601 weights), averaged over the pixels that fall into each cell; small pictures keep their size. */
function shrinkToGray({ width, height, data }: Raster, side: number, timeMs: number): GrayClip {
  const ratio = Math.min(1, side / Math.max(width, height));
  const small = {
    width: Math.max(1, Math.round(width * ratio)),
    height: Math.max(1, Math.round(height * ratio)),
  };
  const sums = new Uint32Array(small.width * small.height);
  const counts = new Uint32Array(sums.length);
  const columns = Uint16Array.from({ length: width }, (_, x) => Math.floor((x * small.width) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * small.height) / height) * small.width;
    for (let x = 0, from = 3 * y * width; x < width; x++, from += 3) {
      const cell = row + columns[x]!;
      sums[cell] = sums[cell]! + 77 * data[from]! + 150 * data[from + 1]! + 29 * data[from + 2]!;
      counts[cell] = counts[cell]! + 1;
    }
  }
  const gray = Uint8Array.from(sums, (sum, i) => Math.round(sum / (256 * counts[i]!)));
  return { ...small, frames: [{ timeMs, data: gray }] };
}
