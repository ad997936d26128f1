import { openCorrelator } from '../fingerprint/index.ts';
import { BLOCK, blocksAlong, STEP, type Structure } from './sketch-structure.ts';

/** A block of the work, and how far from there the query should show it. */
export interface ExpectedBlock {
  /** Middle of the block, in fractions of the sketch. */
  readonly x: number;
  readonly y: number;
  /** In pixels of the sketch. */
  readonly dx: number;
  readonly dy: number;
}

/** Share of the structure that something may lie over: a caption, a sticker, a mark. */
const HIDDEN = 0.1;

/**
 * The correlation, 0…1, that nine tenths of the work's structure reach where the copy should show them; structure is counted by its
 * contrast. `query` is the query's brightness in the frame of the work, band-passed as the work's own.
 *
 * What agrees says little about works of one template: a badge agrees all around another sign, a form in all its lines around another
 * text. What disagrees tells: where the work has structure and a copy has another, one of the two was made anew. An edit that spoils a
 * copy everywhere lowers the best blocks as well as the worst; that this alone speaks against a copy, is for the calibration to weigh.
 */
export function weakestTenth(work: Structure, query: Float32Array, blocks: readonly ExpectedBlock[]): number {
  const { side, energies } = work;
  const correlate = openCorrelator(work.values, query, side);
  const count = blocksAlong(side);
  let total = 0;
  const seen = blocks.map(({ x, y, dx, dy }) => {
    const left = Math.round(x * side - BLOCK / 2);
    const top = Math.round(y * side - BLOCK / 2);
    const energy = energies[(top / STEP) * count + left / STEP]!;
    // The places around the expected one; at the rim of the picture those within.
    const within = (at: number) => Math.min(Math.max(at, 0), side - BLOCK);
    const [fromX, toX] = [within(left + Math.floor(dx)), within(left + Math.ceil(dx))];
    const [fromY, toY] = [within(top + Math.floor(dy)), within(top + Math.ceil(dy))];
    const across = toX - fromX + 1;
    const places = across * (toY - fromY + 1);
    const products = correlate(left, top, fromX, fromY, across, toY - fromY + 1);
    let best = 0;
    for (let place = 0; place < places; place++) {
      const own = products[2 * place + 1]!;
      if (own >= 1e-6) best = Math.max(best, Math.abs(products[2 * place]!) / Math.sqrt(own * energy));
    }
    const contrast = Math.sqrt(energy);
    total += contrast;
    return { correlation: best, contrast };
  });
  seen.sort((a, b) => a.correlation - b.correlation);
  let passed = 0;
  for (const { correlation, contrast } of seen) {
    passed += contrast;
    if (passed >= HIDDEN * total) return Math.min(1, correlation);
  }
  return 0;
}
