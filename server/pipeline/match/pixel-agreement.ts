import type { Sketch } from '../../domain/fingerprint.ts';
import type { AffineTransform } from '../../domain/match.ts';
import type { Raster } from '../../domain/media.ts';
import { lumaOf, warpRaster } from '../fingerprint/index.ts';
import type { PointPair } from './affine.ts';
import { applyAffine, composeAffine, determinant, fitAffine, invertAffine } from './affine.ts';
import { fitSmoothField } from './smooth-field.ts';

/** What laying the query over the work's sketch shows. */
export interface PixelAgreement {
  /** The transform, corrected so that the blocks lie best: query to work, in fractions. */
  readonly transform: AffineTransform;
  /** Blocks of the work that the query shows and that have a structure of their own. */
  readonly blocks: number;
  /** Those whose structure correlates where they should lie. */
  readonly agreeing: number;
  /** Mean correlation of all blocks at their place, 0…1. */
  readonly correlation: number;
  /**
   * Root mean square of how far alike blocks lie from where the transform puts them, in pixels of the sketch. A copy
   * is flat and moves as one. In a second shot of the scene near things have moved against far ones.
   */
  readonly stray: number;
}

/** Side of a block and distance of blocks, in pixels of the sketch. */
const BLOCK = 12;
const STEP = 8;
/**
 * Passes from coarse to fine: how often the sketch is halved, and how far a block may lie from where the transform
 * puts it, in pixels of that size. Local descriptors are off by a cell (11 pixels of the sketch) at worst.
 */
const PASSES = [
  { halvings: 1, reach: 5 },
  { halvings: 0, reach: 4 },
  { halvings: 0, reach: 4 },
] as const;
/** Correlation (of either sign: negatives are copies too) from which a block is said to agree. */
const AGREES = 0.6;
/** Blocks flatter than this (mean square of the band-passed brightness) say nothing. */
const FLAT = 4;
/** Shift from the smooth transform, in pixels, at which a block no longer counts. */
const STRAY = 1.6;

/** A block farther off than this is a mistake, not a movement. */
const FARTHEST_STRAY = 2.5;
/** Fewer blocks than this say nothing. */
const LEAST_BLOCKS = 4;

interface BlockShift {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly correlation: number;
}

/**
 * Lays the query over the sketch of a work along a transform and compares brightness block by block, after taking
 * out slow changes (light, tone) and the finest detail (noise, compression). Two shots of one scene share its
 * places, as local descriptors say; only a copy shares its pixels. Null when hardly anything is seen.
 */
export function agreeInPixels(raster: Raster, start: AffineTransform, sketch: Sketch): PixelAgreement | null {
  let transform = start;
  let result: PixelAgreement | null = null;
  for (const { halvings, reach } of PASSES) {
    const { luma, side } = halvings === 0 ? sketch : halveSketch(sketch);
    const laid = layOver(raster, transform, side);
    if (!laid) return null;
    const blocks = compareBlocks(bandPass(luma, side), laid, side, reach);
    // A small part is too coarse to compare when halved; nothing but the finest pass may judge it.
    if (blocks.length < LEAST_BLOCKS) {
      if (halvings > 0) continue;
      return result;
    }
    const correction = smoothShift(blocks, side);
    if (correction) transform = composeAffine(correction, transform);
    if (halvings === 0) result = judge(blocks, correction, transform, side);
  }
  return result;
}

function halveSketch({ side, luma }: Sketch): Sketch {
  const half = side >> 1;
  const out = new Uint8Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const at = 2 * y * side + 2 * x;
      out[y * half + x] = (luma[at]! + luma[at + 1]! + luma[at + side]! + luma[at + side + 1]! + 2) >> 2;
    }
  }
  return { side: half, luma: out };
}

/** The query's brightness in the frame of the work, band-passed, and which pixels it covers. */
interface Laid {
  readonly values: Float32Array;
  readonly inside: (x: number, y: number) => boolean;
}

function layOver(raster: Raster, transform: AffineTransform, side: number): Laid | null {
  const back = invertAffine(transform);
  if (!back) return null;
  const values = bandPass(lumaOf(warpRaster(raster, back, side)), side);
  const inside = (x: number, y: number) => {
    const p = applyAffine(back, { x: x / side, y: y / side });
    return p.x >= 0 && p.y >= 0 && p.x <= 1 && p.y <= 1;
  };
  return { values, inside };
}

/** Mean over 3 × 3 less mean over 9 × 9. */
function bandPass(luma: Uint8Array, side: number): Float32Array {
  const sums = new Float64Array((side + 1) * (side + 1));
  for (let y = 0; y < side; y++) {
    let row = 0;
    for (let x = 0; x < side; x++) {
      row += luma[y * side + x]!;
      sums[(y + 1) * (side + 1) + x + 1] = sums[y * (side + 1) + x + 1]! + row;
    }
  }
  const mean = (x: number, y: number, r: number) => {
    const x0 = Math.max(0, x - r);
    const y0 = Math.max(0, y - r);
    const x1 = Math.min(side, x + r + 1);
    const y1 = Math.min(side, y + r + 1);
    const at = (u: number, v: number) => sums[v * (side + 1) + u]!;
    return (at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0)) / ((x1 - x0) * (y1 - y0));
  };
  const out = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) out[y * side + x] = mean(x, y, 1) - mean(x, y, 4);
  }
  return out;
}

function compareBlocks(work: Float32Array, laid: Laid, side: number, reach: number): BlockShift[] {
  const out: BlockShift[] = [];
  for (let y = 0; y + BLOCK <= side; y += STEP) {
    for (let x = 0; x + BLOCK <= side; x += STEP) {
      const corners = [x, x + BLOCK].every((u) => [y, y + BLOCK].every((v) => laid.inside(u, v)));
      if (!corners) continue;
      const energy = energyOf(work, side, x, y);
      if (energy < FLAT * BLOCK * BLOCK) continue;
      out.push(bestShift(work, laid.values, side, x, y, reach, energy));
    }
  }
  return out;
}

function energyOf(values: Float32Array, side: number, x: number, y: number): number {
  let sum = 0;
  for (let r = y; r < y + BLOCK; r++) {
    for (let c = x; c < x + BLOCK; c++) sum += values[r * side + c]! ** 2;
  }
  return sum;
}

/** Where in the neighbourhood the query correlates best with a block of the work. */
function bestShift(
  work: Float32Array,
  query: Float32Array,
  side: number,
  x: number,
  y: number,
  reach: number,
  energy: number,
): BlockShift {
  let best = { x: x + BLOCK / 2, y: y + BLOCK / 2, dx: 0, dy: 0, correlation: 0 };
  const correlations = new Float64Array((2 * reach + 1) ** 2);
  for (let dy = -reach; dy <= reach; dy++) {
    if (y + dy < 0 || y + dy + BLOCK > side) continue;
    for (let dx = -reach; dx <= reach; dx++) {
      if (x + dx < 0 || x + dx + BLOCK > side) continue;
      let cross = 0;
      let own = 0;
      for (let r = 0; r < BLOCK; r++) {
        const a = (y + r) * side + x;
        const b = (y + dy + r) * side + x + dx;
        for (let c = 0; c < BLOCK; c++) {
          const value = query[b + c]!;
          cross += work[a + c]! * value;
          own += value * value;
        }
      }
      const correlation = own < 1e-6 ? 0 : Math.abs(cross) / Math.sqrt(own * energy);
      correlations[(dy + reach) * (2 * reach + 1) + dx + reach] = correlation;
      if (correlation > best.correlation) best = { ...best, dx, dy, correlation };
    }
  }
  const at = (best.dy + reach) * (2 * reach + 1) + best.dx + reach;
  return {
    ...best,
    dx:
      best.dx +
      (Math.abs(best.dx) < reach ? peak(correlations[at - 1]!, best.correlation, correlations[at + 1]!) : 0),
    dy:
      best.dy +
      (Math.abs(best.dy) < reach
        ? peak(correlations[at - 2 * reach - 1]!, best.correlation, correlations[at + 2 * reach + 1]!)
        : 0),
  };
}

/** Where between its neighbours the top of a parabola through three values lies, −½…½. */
function peak(before: number, top: number, after: number): number {
  const bend = before - 2 * top + after;
  return bend >= -1e-9 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
}

/** The affine correction that most agreeing blocks ask for: from where the query lies now to where it should. */
function smoothShift(blocks: readonly BlockShift[], side: number): AffineTransform | null {
  let pairs: PointPair[] = blocks
    .filter(({ correlation }) => correlation >= AGREES)
    .map(({ x, y, dx, dy, correlation }) => ({
      from: { x: (x + dx) / side, y: (y + dy) / side },
      to: { x: x / side, y: y / side },
      weight: correlation ** 4,
    }));
  for (let round = 0; round < 3; round++) {
    if (pairs.length < 6) return null;
    const fit = fitAffine(pairs, { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 });
    if (!fit || determinant(fit) < 0.5 || determinant(fit) > 2) return null;
    if (round === 2) return fit;
    const limit = (round === 0 ? 2.5 : STRAY) / side;
    pairs = pairs.filter(({ from, to }) => {
      const p = applyAffine(fit, from);
      return Math.hypot(p.x - to.x, p.y - to.y) <= limit;
    });
  }
  return null;
}

/** Counts the blocks that correlate where a smooth movement of the whole picture puts them. */
function judge(
  blocks: readonly BlockShift[],
  correction: AffineTransform | null,
  transform: AffineTransform,
  side: number,
): PixelAgreement {
  const place = ({ x, y }: BlockShift) => ({ x: x / side, y: y / side });
  const alike = blocks.filter(({ correlation }) => correlation >= AGREES);
  const movements = alike.map((block) => ({
    at: place(block),
    dx: block.dx,
    dy: block.dy,
    weight: block.correlation ** 4,
  }));
  const field = fitSmoothField(movements);
  let agreeing = 0;
  let sum = 0;
  let squares = 0;
  for (const block of blocks) {
    const expected = field?.(place(block)) ?? { dx: 0, dy: 0 };
    const stray = Math.hypot(block.dx - expected.dx, block.dy - expected.dy);
    if (block.correlation >= AGREES) {
      squares += Math.min(affineStray(block, correction, side), FARTHEST_STRAY) ** 2;
    }
    if (stray > STRAY) continue;
    sum += block.correlation;
    if (block.correlation >= AGREES) agreeing++;
  }
  const rms = alike.length > 0 ? Math.sqrt(squares / alike.length) : FARTHEST_STRAY;
  return { transform, blocks: blocks.length, agreeing, correlation: sum / blocks.length, stray: rms };
}

/** How far a block lies from where the affine correction would have it, in pixels. */
function affineStray(block: BlockShift, correction: AffineTransform | null, side: number): number {
  const from = { x: (block.x + block.dx) / side, y: (block.y + block.dy) / side };
  const to = correction ? applyAffine(correction, from) : from;
  return Math.hypot(to.x * side - block.x, to.y * side - block.y);
}
