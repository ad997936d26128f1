import type { Box } from '../../domain/media.ts';
import { WHOLE } from '../../domain/media.ts';

/** Boxes are multiples of this, as in the locators of a record, so that a record can name them exactly. */
const STEPS = 65535;

/** Rounds the edges of a box to 1/65535 of the picture, as `quantizeRegion` does for locators. */
export function quantizeBox(box: Box): Box {
  const step = (fraction: number) => Math.round(Math.min(1, Math.max(0, fraction)) * STEPS);
  const x = step(box.x);
  const y = step(box.y);
  return {
    x: x / STEPS,
    y: y / STEPS,
    width: (step(box.x + box.width) - x) / STEPS,
    height: (step(box.y + box.height) - y) / STEPS,
  };
}

/** An even grid of `columns × rows` windows that each cover `size` of both sides. */
export function gridWindows(size: number, columns: number, rows: number): Box[] {
  const boxes: Box[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = columns === 1 ? (1 - size) / 2 : ((1 - size) * column) / (columns - 1);
      const y = rows === 1 ? (1 - size) / 2 : ((1 - size) * row) / (rows - 1);
      boxes.push(quantizeBox({ x, y, width: size, height: size }));
    }
  }
  return boxes;
}

/**
 * The parts of a registered picture that get vectors of their own: all of it; the centre and four overlapping
 * corners for crops; chosen by measurement (docs of `bench:matching`).
 */
export const PRINT_WINDOWS: readonly Box[] = [WHOLE, ...gridWindows(0.6, 2, 2), ...gridWindows(0.6, 1, 1)];
