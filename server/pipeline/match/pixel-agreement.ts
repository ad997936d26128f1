import type { Sketch } from '../../domain/fingerprint.ts';
import type { AffineTransform } from '../../domain/match.ts';
import type { Raster } from '../../domain/media.ts';
import type { Correlator } from '../fingerprint/index.ts';
import { openCorrelator, warpLuma } from '../fingerprint/index.ts';
import type { PointPair } from './affine.ts';
import { applyAffine, composeAffine, determinant, fitAffine, invertAffine } from './affine.ts';
import { FARTHEST_STRAY, type StrayBlock, sharedStray } from './shared-stray.ts';
import type { Structure } from './sketch-structure.ts';
import { BLOCK, bandPass, blocksAlong, STEP, structureOf } from './sketch-structure.ts';
import { fitSmoothField } from './smooth-field.ts';
import { weakestTenth } from './weakest-tenth.ts';

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
  /** The same from where a quadratic field puts it: perspective, a lens or a fold bends a copy, yet smoothly. */
  readonly bentStray: number;
  /** How far alike blocks lie from where the transform puts them together with their neighbours (`sharedStray`), in pixels. */
  readonly sharedStray: number;
  /** See `weakestTenth`. */
  readonly weakest: number;
}

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
/** Fewer blocks than this say nothing. */
const LEAST_BLOCKS = 4;
/** Share of agreeing blocks below which another fine pass refines nothing. */
const WORTH_REFINING = 0.125;

interface BlockShift {
  /** Middle of the block, in pixels of the sketch. */
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
    const work = structureOf(sketch, halvings);
    const { side } = work;
    const laid = layOver(raster, transform, side);
    if (!laid) return null;
    const blocks = compareBlocks(work, laid, reach);
    // A small part is too coarse to compare when halved; nothing but the finest pass may judge it.
    if (blocks.length < LEAST_BLOCKS) {
      if (halvings > 0) continue;
      return result;
    }
    const correction = smoothShift(blocks, side);
    if (correction) transform = composeAffine(correction, transform);
    if (halvings === 0) result = judge(blocks, correction, transform, work, laid);
    if (result && result.agreeing < WORTH_REFINING * result.blocks) return result;
  }
  return result;
}

/**
 * How many blocks of a halved sketch find their like in the query laid over it: a tenth of the work of `agreeInPixels`, enough to tell
 * which of some placements are worth that.
 */
export function agreeCoarsely(raster: Raster, transform: AffineTransform, sketch: Sketch): number {
  const work = structureOf(sketch, PASSES[0].halvings);
  const laid = layOver(raster, transform, work.side);
  if (!laid) return 0;
  return compareBlocks(work, laid, PASSES[0].reach).filter(({ correlation }) => correlation >= AGREES).length;
}

/** The query's brightness in the frame of the work, band-passed, and which pixels it covers. */
interface Laid {
  readonly values: Float32Array;
  readonly inside: (x: number, y: number) => boolean;
}

function layOver(raster: Raster, transform: AffineTransform, side: number): Laid | null {
  const back = invertAffine(transform);
  if (!back) return null;
  const values = bandPass(warpLuma(raster, back, side), side);
  const inside = (x: number, y: number) => {
    const p = applyAffine(back, { x: x / side, y: y / side });
    return p.x >= 0 && p.y >= 0 && p.x <= 1 && p.y <= 1;
  };
  return { values, inside };
}

function compareBlocks(work: Structure, laid: Laid, reach: number): BlockShift[] {
  const { side, energies } = work;
  const correlate = openCorrelator(work.values, laid.values, side);
  const count = blocksAlong(side);
  const out: BlockShift[] = [];
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const [x, y] = [column * STEP, row * STEP];
      const energy = energies[row * count + column]!;
      if (energy < FLAT * BLOCK * BLOCK) continue;
      const seen =
        laid.inside(x, y) &&
        laid.inside(x + BLOCK, y) &&
        laid.inside(x, y + BLOCK) &&
        laid.inside(x + BLOCK, y + BLOCK);
      if (seen) out.push(bestShift(correlate, side, x, y, reach, energy));
    }
  }
  return out;
}

/** Where in the neighbourhood the query correlates best with a block of the work. */
function bestShift(
  correlate: Correlator,
  side: number,
  x: number,
  y: number,
  reach: number,
  energy: number,
): BlockShift {
  const left = Math.max(-reach, -x);
  const top = Math.max(-reach, -y);
  const across = Math.min(reach, side - BLOCK - x) - left + 1;
  const down = Math.min(reach, side - BLOCK - y) - top + 1;
  const products = correlate(x, y, x + left, y + top, across, down);
  const correlationAt = (place: number) => {
    const own = products[2 * place + 1]!;
    return own < 1e-6 ? 0 : Math.abs(products[2 * place]!) / Math.sqrt(own * energy);
  };
  let best = 0;
  let correlation = 0;
  for (let place = 0; place < across * down; place++) {
    const value = correlationAt(place);
    if (value > correlation) {
      correlation = value;
      best = place;
    }
  }
  const centre = { x: x + BLOCK / 2, y: y + BLOCK / 2 };
  if (correlation === 0) return { ...centre, dx: 0, dy: 0, correlation };
  const [dx, dy] = [left + (best % across), top + Math.floor(best / across)];
  // Beyond the picture nothing correlates.
  const beside = (step: number, fits: boolean) => (fits ? correlationAt(best + step) : 0);
  const column = best % across;
  const row = Math.floor(best / across);
  return {
    ...centre,
    dx:
      Math.abs(dx) < reach
        ? dx + peak(beside(-1, column > 0), correlation, beside(1, column + 1 < across))
        : dx,
    dy:
      Math.abs(dy) < reach
        ? dy + peak(beside(-across, row > 0), correlation, beside(across, row + 1 < down))
        : dy,
    correlation,
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
  work: Structure,
  laid: Laid,
): PixelAgreement {
  const { side } = work;
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
  let bentSquares = 0;
  for (const block of blocks) {
    const expected = field?.(place(block)) ?? { dx: 0, dy: 0 };
    const stray = Math.hypot(block.dx - expected.dx, block.dy - expected.dy);
    if (block.correlation >= AGREES) {
      bentSquares += Math.min(stray, FARTHEST_STRAY) ** 2;
    }
    if (stray > STRAY) continue;
    sum += block.correlation;
    if (block.correlation >= AGREES) agreeing++;
  }
  const strays = alike.map((block) => strayOf(block, correction, side));
  const squares = strays.reduce(
    (sum, { dx, dy }) => sum + Math.min(Math.hypot(dx, dy), FARTHEST_STRAY) ** 2,
    0,
  );
  const rms = (sum: number) => (alike.length > 0 ? Math.sqrt(sum / alike.length) : FARTHEST_STRAY);
  const expected = blocks.map((block) => ({
    ...place(block),
    ...(field?.(place(block)) ?? { dx: 0, dy: 0 }),
  }));
  return {
    transform,
    blocks: blocks.length,
    agreeing,
    correlation: sum / blocks.length,
    stray: rms(squares),
    bentStray: rms(bentSquares),
    sharedStray: sharedStray(strays),
    weakest: weakestTenth(work, laid.values, expected),
  };
}

/** A block with how far it lies from where the affine correction would have it, in pixels. */
function strayOf(block: BlockShift, correction: AffineTransform | null, side: number): StrayBlock {
  const { x, y } = block;
  const from = { x: (x + block.dx) / side, y: (y + block.dy) / side };
  const to = correction ? applyAffine(correction, from) : from;
  return { x, y, dx: to.x * side - x, dy: to.y * side - y };
}
