import type { Raster } from '../../domain/media.ts';

// Standard deviation of luminance, in 1/256 grey levels squared, is compared as integers: no float decides this.
const MIN_BLOCK_VARIANCE = 9;
const MIN_TEXTURED_SHARE = 0.02;
const GRID = 16;

/**
 * Whether a picture is blank or near-uniform: fewer than 2 % of a 16×16 grid of blocks differ in luminance by
 * more than noise does, and the block means hardly differ among each other. Such pictures look alike without
 * being copies, so they are registered by hash and never matched by look.
 */
export function isLowInformation(raster: Raster): boolean {
  const { width, height, data } = raster;
  let textured = 0;
  let cells = 0;
  let meanSum = 0;
  let meanSquares = 0;
  for (let by = 0; by < GRID; by++) {
    const y0 = Math.floor((by * height) / GRID);
    const y1 = Math.max(y0 + 1, Math.floor(((by + 1) * height) / GRID));
    for (let bx = 0; bx < GRID; bx++) {
      const x0 = Math.floor((bx * width) / GRID);
      const x1 = Math.max(x0 + 1, Math.floor(((bx + 1) * width) / GRID));
      let sum = 0;
      let squares = 0;
      for (let y = y0; y < Math.min(y1, height); y++) {
        for (let x = x0; x < Math.min(x1, width); x++) {
          const at = (y * width + x) * 3;
          const luma = (data[at]! * 77 + data[at + 1]! * 150 + data[at + 2]! * 29) / 256;
          sum += luma;
          squares += luma * luma;
        }
      }
      const count = (Math.min(y1, height) - y0) * (Math.min(x1, width) - x0);
      if (count <= 0) continue;
      const mean = sum / count;
      if (squares / count - mean * mean > MIN_BLOCK_VARIANCE) textured++;
      meanSum += mean;
      meanSquares += mean * mean;
      cells++;
    }
  }
  const variance = meanSquares / cells - (meanSum / cells) ** 2;
  return textured < MIN_TEXTURED_SHARE * cells && variance < MIN_BLOCK_VARIANCE;
}
