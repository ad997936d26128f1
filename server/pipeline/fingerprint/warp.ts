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
  const { width, height, data } = reducedFor(raster, transform, side);
  const fill = meanColour(raster);
  const plane = side * side;
  const out = new Uint8Array(3 * plane);
  const { acrossX, acrossY } = acrossOf(transform, side);
  const { b, c, e, f } = transform;
  for (let row = 0; row < side; row++) {
    const v = (row + 0.5) / side;
    const [downX, downY] = [b * v, e * v];
    for (let column = 0; column < side; column++) {
      const fx = (acrossX[column]! + downX + c) * width - 0.5;
      const fy = (acrossY[column]! + downY + f) * height - 0.5;
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
      for (let k = 0; k < 3; k++) {
        const top = data[p00 + k]! + wx * (data[p01 + k]! - data[p00 + k]!);
        const bottom = data[p10 + k]! + wx * (data[p11 + k]! - data[p10 + k]!);
        out[to + k * plane] = top + wy * (bottom - top) + 0.5;
      }
    }
  }
  return out;
}

/** What the columns of the result contribute to the places that they come from: the same in every row. */
function acrossOf({ a, d }: AffineTransform, side: number) {
  const acrossX = new Float64Array(side);
  const acrossY = new Float64Array(side);
  for (let column = 0; column < side; column++) {
    const u = (column + 0.5) / side;
    acrossX[column] = a * u;
    acrossY[column] = d * u;
  }
  return { acrossX, acrossY };
}

/** Brightness of a raster, whole numbers 0…255, weights as in `lumaOf`. */
interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly mean: number;
}

const LUMAS = new WeakMap<Raster, Luma>();

function lumaOfRaster(raster: Raster): Luma {
  let luma = LUMAS.get(raster);
  if (!luma) {
    const { width, height, data } = raster;
    const out = new Uint8Array(width * height);
    let sum = 0;
    for (let i = 0; i < out.length; i++) {
      const value = (data[3 * i]! * 77 + data[3 * i + 1]! * 150 + data[3 * i + 2]! * 29) >> 8;
      out[i] = value;
      sum += value;
    }
    luma = { width, height, data: out, mean: Math.round(sum / out.length) };
    LUMAS.set(raster, luma);
  }
  return luma;
}

/** What `warpRaster` gives, its brightness only: `side × side` values 0…255. */
export function warpLuma(raster: Raster, transform: AffineTransform, side: number): Uint8Array {
  const { width, height, data } = lumaOfRaster(reducedFor(raster, transform, side));
  const fill = lumaOfRaster(raster).mean;
  const out = new Uint8Array(side * side);
  const { acrossX, acrossY } = acrossOf(transform, side);
  const { b, c, e, f } = transform;
  const [right, bottom] = [width - 0.5, height - 0.5];
  for (let row = 0; row < side; row++) {
    const v = (row + 0.5) / side;
    const [downX, downY] = [b * v, e * v];
    for (let column = 0; column < side; column++) {
      const fx = (acrossX[column]! + downX + c) * width - 0.5;
      const fy = (acrossY[column]! + downY + f) * height - 0.5;
      const to = row * side + column;
      if (fx < -0.5 || fy < -0.5 || fx > right || fy > bottom) {
        out[to] = fill;
        continue;
      }
      // Both are at least −½ here: cutting off is rounding down, or up to 0.
      const x0 = fx | 0;
      const y0 = fy | 0;
      const beside = x0 + 1 < width ? 1 : 0;
      const below = y0 + 1 < height ? width : 0;
      const wx = fx > x0 ? fx - x0 : 0;
      const wy = fy > y0 ? fy - y0 : 0;
      const at = y0 * width + x0;
      const above = data[at]!;
      const under = data[at + below]!;
      const top = above + wx * (data[at + beside]! - above);
      out[to] = top + wy * (under + wx * (data[at + below + beside]! - under) - top) + 0.5;
    }
  }
  return out;
}

const HALVES = new WeakMap<Raster, Raster>();

/** The raster, halved as often as it must be so that nothing is skipped; halves are kept as long as the raster is. */
function reducedFor(raster: Raster, transform: AffineTransform, side: number): Raster {
  let source = raster;
  while (reduction(source, transform, side) >= 1.7) {
    let half = HALVES.get(source);
    if (!half) {
      half = halve(source);
      HALVES.set(source, half);
    }
    source = half;
  }
  return source;
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

const MEANS = new WeakMap<Raster, readonly [number, number, number]>();

function meanColour(raster: Raster): readonly [number, number, number] {
  let mean = MEANS.get(raster);
  if (!mean) {
    const sums = [0, 0, 0] as [number, number, number];
    const count = raster.width * raster.height;
    for (let i = 0; i < raster.data.length; i += 3) {
      sums[0] += raster.data[i]!;
      sums[1] += raster.data[i + 1]!;
      sums[2] += raster.data[i + 2]!;
    }
    mean = [Math.round(sums[0] / count), Math.round(sums[1] / count), Math.round(sums[2] / count)];
    MEANS.set(raster, mean);
  }
  return mean;
}
