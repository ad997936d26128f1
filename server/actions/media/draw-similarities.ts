import { compareTracks, type Track } from '../../pipeline/match/video/index.ts';
import { giveTurn } from './query-in-turns.ts';

/** Rows that are compared before others get their turn. */
const ROWS_AT_ONCE = 32;

/** What is shown of one side: vectors in order of time, and for each even step of time the index of its own; −1 is black. */
export interface ShownSide {
  readonly track: Track;
  readonly at: readonly number[];
}

/**
 * Cosines as a grey picture, rows downwards and columns to the right, from black at `dark` to white at `bright`. Others get
 * their turn every few rows.
 */
export async function drawSimilarities(
  rows: ShownSide,
  columns: ShownSide,
  { dark, bright }: { readonly dark: number; readonly bright: number },
): Promise<{ width: number; height: number; data: Uint8Array }> {
  // Only what is drawn is compared: of two films of hours everything would be gigabytes.
  const matrix = compareTracks(rows.track, [], columns.track);
  const [width, height] = [columns.at.length, rows.at.length];
  const data = new Uint8Array(height * width);
  for (let from = 0; from < matrix.rows; from += ROWS_AT_ONCE) {
    const to = Math.min(matrix.rows, from + ROWS_AT_ONCE);
    const values = matrix.block(from, to, 0, matrix.columns);
    for (const [y, row] of rows.at.entries()) {
      if (row < from || row >= to) continue;
      for (const [x, column] of columns.at.entries()) {
        const value = column < 0 ? 0 : values[(row - from) * matrix.columns + column]!;
        data[y * width + x] = Math.round(255 * Math.min(1, Math.max(0, (value - dark) / (bright - dark))));
      }
    }
    await giveTurn();
  }
  return { width, height, data };
}
