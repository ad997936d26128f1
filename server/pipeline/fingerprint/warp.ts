import type { AffineTransform } from '../../domain/match.ts';
import type { Raster } from '../../domain/media.ts';

/**
 * Samples a raster along an affine transform into `side × side`, planar RGB.
 *
 * `transform` maps fractions of the result to fractions of the raster. What falls outside is filled with the
 * mean colour of the raster, which gives the network no edge of its own to see. Reductions are averaged by
 * halving first. For looking at a hypothesis only: records and evidence use `resample`.
 */
export function warpRaster(raster: Raster, transform: AffineTransform, side: number): Uint8Array {
  let source = raster;
  while (reduction(source, transform, side) >= 1.7) source = halve(source);
  const { width, height, data } = source;
  const fill = meanColour(source);
  const plane = side * side;
  const out = new Uint8Array(3 * plane);
  for (let row = 0; row < side; row++) {
    const v = (row + 0.5) / side;
    for (let column = 0; column < side; column++) {
      const u = (column + 0.5) / side;
      const fx = (transform.a * u + transform.b * v + transform.c) * width - 0.5;
      const fy = (transform.d * u + transform.e * v + transform.f) * height - 0.5;
      const to = row * side + column;
      if (fx < -0.5 || fy < -0.5 || fx > width - 0.5 || fy > height - 0.5) {
        out[to] = fill[0]!;
        out[to + plane] = fill[1]!;
        out[to + 2 * plane] = fill[2]!;
        continue;
      }
      const x0 = Math.max(0, Math.floor(fx));
      const y0 = Math.max(0, Math.floor(fy));
      const x1 = Math.min(width - 1, x0 + 1);
      const y1 = Math.min(height - 1, y0 + 1);
      const wx = Math.max(0, fx - x0);
      const wy = Math.max(0, fy - y0);
      const p00 = (y0 * width + x0) * 3;
      const p01 = (y0 * width + x1) * 3;
      const p10 = (y1 * width + x0) * 3;
      const p11 = (y1 * width + x1) * 3;
      for (let c = 0; c < 3; c++) {
        const top = data[p00 + c]! + wx * (data[p01 + c]! - data[p00 + c]!);
        const bottom = data[p10 + c]! + wx * (data[p11 + c]! - data[p10 + c]!);
        out[to + c * plane] = top + wy * (bottom - top) + 0.5;
      }
    }
  }
  return out;
}

/** Source pixels a pixel of the result, along the axis that is reduced less. */
function reduction(raster: Raster, t: AffineTransform, side: number): number {
  const across = Math.hypot(t.a * raster.width, t.d * raster.height) / side;
  const down = Math.hypot(t.b * raster.width, t.e * raster.height) / side;
  const small = Math.min(raster.width, raster.height) < 4;
  return small ? 0 : Math.sqrt(across * down);
}

/** Half the size, every pixel the mean of four. */
export function halve(raster: Raster): Raster {
  const width = Math.max(1, raster.width >> 1);
  const height = Math.max(1, raster.height >> 1);
  const data = new Uint8Array(width * height * 3);
  const right = raster.width > 1 ? 3 : 0;
  const below = raster.height > 1 ? raster.width * 3 : 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (2 * y * raster.width + 2 * x) * 3;
      const to = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        const at = from + c;
        const sum =
          raster.data[at]! +
          raster.data[at + right]! +
          raster.data[at + below]! +
          raster.data[at + below + right]!;
        data[to + c] = (sum + 2) >> 2;
      }
    }
  }
  return { width, height, data };
}

function meanColour(raster: Raster): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  const count = raster.width * raster.height;
  for (let i = 0; i < raster.data.length; i += 3) {
    sums[0] += raster.data[i]!;
    sums[1] += raster.data[i + 1]!;
    sums[2] += raster.data[i + 2]!;
  }
  return [Math.round(sums[0] / count), Math.round(sums[1] / count), Math.round(sums[2] / count)];
}
