import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WriterOptions } from '../../../scripts/bench/video-writer.ts';
import { openVideoWriter } from '../../../scripts/bench/video-writer.ts';

/** A new folder for generated clips. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'colophon-video-'));
}

/** A scene of coloured discs that drift, each its own way: every moment looks different, every seed too. */
export function drawScene(seed: number, timeS: number, width: number, height: number): Uint8Array {
  // Seeds far apart: the generator is linear.
  let state = (seed * 1_103_515_245 + 12_345) % 2_147_483_647;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const ground = [60 + 120 * next(), 60 + 120 * next(), 60 + 120 * next()];
  const discs = Array.from({ length: 9 }, () => ({
    x: width * (next() + 0.5 * timeS * (next() - 0.5)),
    y: height * (next() + 0.5 * timeS * (next() - 0.5)),
    r: height * (0.06 + 0.16 * next()),
    colour: [255 * next(), 255 * next(), 255 * next()],
  }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const over = discs.findLast((disc) => (x - disc.x) ** 2 + (y - disc.y) ** 2 < disc.r ** 2);
      const colour = over?.colour ?? ground;
      for (let c = 0; c < 3; c++) data[at + c] = colour[c]! * (0.8 + (0.2 * y) / height);
    }
  }
  return data;
}

/** Writes a clip of drawn frames. */
export function writeClip(
  path: string,
  options: Partial<WriterOptions> & { readonly frames: number },
  draw: (frame: number, width: number, height: number) => Uint8Array,
  ticks?: (frame: number) => number,
): string {
  const { frames, ...rest } = options;
  const size = { width: 160, height: 90, fps: 25, gop: 25, ...rest };
  const isX264 = (size.codec ?? 'libx264') === 'libx264';
  const writer = openVideoWriter(path, {
    ...size,
    ...(isX264 ? { options: { preset: 'ultrafast', crf: '20', ...rest.options } } : {}),
  });
  for (let i = 0; i < frames; i++) writer.write(draw(i, size.width, size.height), ticks?.(i));
  writer.close();
  return path;
}
