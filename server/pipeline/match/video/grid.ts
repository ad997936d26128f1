import type { Box } from '../../../domain/media.ts';
import type { Gray } from './gray.ts';

/** Cells a frame is compared in. */
const GRID_COLUMNS = 24;
const GRID_ROWS = 16;
export const GRID_CELLS = GRID_COLUMNS * GRID_ROWS;
/** Local mean that is taken off: light and large shapes are alike in pictures that are no copies. */
const RADIUS = 2;

// One frame is described at a time.
const MEANS = new Float32Array(GRID_CELLS);
const ALONG = new Float32Array(GRID_CELLS);
const LOCAL = new Float32Array(GRID_CELLS);

/** Writes the descriptor of one frame's pixels to `out` from `at` on. */
export type Describer = (data: Gray['data'], out: Float32Array, at: number) => void;

/**
 * Describes a box of frames of one size: grid of means (up to 2 × 2 bilinear readings a cell), local mean removed,
 * length 1 (0 when it is flat).
 */
export function makeDescriber(
  { width, height }: { readonly width: number; readonly height: number },
  box: Box,
  mirrored: boolean,
): Describer {
  const xs = makeTaps(box.x * width, (box.width * width) / GRID_COLUMNS, GRID_COLUMNS, width, mirrored);
  const ys = makeTaps(box.y * height, (box.height * height) / GRID_ROWS, GRID_ROWS, height, false);
  const scale = 1 / (xs.each * ys.each);
  return (data, out, at) => {
    for (let row = 0; row < GRID_ROWS; row++) {
      for (let column = 0; column < GRID_COLUMNS; column++) {
        let sum = 0;
        for (let j = row * ys.each; j < (row + 1) * ys.each; j++) {
          const y0 = ys.low[j]! * width;
          const y1 = ys.high[j]! * width;
          const fy = ys.share[j]!;
          for (let i = column * xs.each; i < (column + 1) * xs.each; i++) {
            const x0 = xs.low[i]!;
            const x1 = xs.high[i]!;
            const fx = xs.share[i]!;
            const top = data[y0 + x0]! * (1 - fx) + data[y0 + x1]! * fx;
            const bottom = data[y1 + x0]! * (1 - fx) + data[y1 + x1]! * fx;
            sum += top + (bottom - top) * fy;
          }
        }
        MEANS[row * GRID_COLUMNS + column] = sum * scale;
      }
    }
    const local = boxMeans(MEANS);
    let squares = 0;
    for (let i = 0; i < GRID_CELLS; i++) {
      const value = MEANS[i]! - local[i]!;
      out[at + i] = value;
      squares += value * value;
    }
    // Less than a grey level of structure is noise.
    const length = Math.sqrt(squares);
    const factor = length > 0.7 * Math.sqrt(GRID_CELLS) ? 1 / length : 0;
    for (let i = 0; i < GRID_CELLS; i++) out[at + i] = out[at + i]! * factor;
  };
}

/** Where an axis is read: for each cell one or two places, each between two pixels. */
interface Taps {
  readonly each: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly share: readonly number[];
}

function makeTaps(from: number, step: number, cells: number, size: number, reversed: boolean): Taps {
  const each = step > 1.4 ? 2 : 1;
  const [low, high, share]: [number[], number[], number[]] = [[], [], []];
  for (let k = 0; k < cells * each; k++) {
    const cell = Math.floor(k / each);
    const start = from + (reversed ? cells - 1 - cell : cell) * step;
    const place = Math.min(size - 1, Math.max(0, start + (((k % each) + 0.5) / each) * step - 0.5));
    const pixel = Math.floor(place);
    low.push(pixel);
    high.push(Math.min(size - 1, pixel + 1));
    share.push(place - pixel);
  }
  return { each, low, high, share };
}

/** Mean of the cells around every cell, along rows and then along columns; fewer at the edges. */
function boxMeans(means: Float32Array): Float32Array {
  const [along, out] = [ALONG, LOCAL];
  slide(means, along, GRID_ROWS, GRID_COLUMNS, GRID_COLUMNS, 1);
  slide(along, out, GRID_COLUMNS, GRID_ROWS, 1, GRID_COLUMNS);
  return out;
}

function slide(
  from: Float32Array,
  to: Float32Array,
  lines: number,
  length: number,
  line: number,
  step: number,
): void {
  for (let l = 0; l < lines; l++) {
    let sum = 0;
    for (let i = 0; i < Math.min(RADIUS, length); i++) sum += from[l * line + i * step]!;
    for (let i = 0; i < length; i++) {
      if (i + RADIUS < length) sum += from[l * line + (i + RADIUS) * step]!;
      if (i - RADIUS > 0) sum -= from[l * line + (i - RADIUS - 1) * step]!;
      const count = Math.min(length - 1, i + RADIUS) - Math.max(0, i - RADIUS) + 1;
      to[l * line + i * step] = sum / count;
    }
  }
}
