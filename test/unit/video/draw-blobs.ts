import type { Gray } from '../../../server/pipeline/match/video/gray.ts';

/** Blobs of a fixed seed: structure at several sizes. */
export function drawBlobs(seed: number, width = 96, height = 54): Gray {
  let state = seed;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const blobs = Array.from({ length: 40 }, () => ({
    x: next() * width,
    y: next() * height,
    r: 2 + 9 * next(),
    v: 200 * next() - 100,
  }));
  const data = new Float32Array(width * height);
  for (let i = 0; i < data.length; i++) {
    let value = 128;
    for (const { x, y, r, v } of blobs) {
      if (((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2 < r * r) value += v;
    }
    data[i] = Math.max(0, Math.min(255, value));
  }
  return { width, height, data };
}
