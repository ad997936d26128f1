import type { Box, Raster } from '../../domain/media.ts';
import { WHOLE } from '../../domain/media.ts';
import type { Embedder, RegionPrint } from '../fingerprint/index.ts';
import { fingerprintRegions, gridWindows, PRINT_WINDOWS } from '../fingerprint/index.ts';
import { findPanels } from './panels.ts';

/** A part of the query that is searched for on its own. */
export interface QueryView extends RegionPrint {
  readonly box: Box;
}

/**
 * Even windows over the query: what a picture-in-picture, a collage or a large border leaves of the original
 * fills one of them well enough to be found. Chosen by measurement on held-out pictures.
 */
const GRID_WINDOWS: readonly Box[] = [
  ...PRINT_WINDOWS.slice(1),
  ...gridWindows(0.5, 3, 3),
  ...gridWindows(0.34, 4, 4),
];

/** Windows whose sides are shorter than this are enlarged mush: small queries are searched for as a whole. */
const MIN_WINDOW_PIXELS = 40;

/**
 * The views of a query: all of it, even windows, and panels with straight edges that the picture itself shows.
 * Throws what the embedder throws.
 */
export async function makeQueryViews(raster: Raster, embedder: Embedder): Promise<QueryView[]> {
  const fits = (box: Box) =>
    Math.min(box.width * raster.width, box.height * raster.height) >= MIN_WINDOW_PIXELS;
  const boxes = [WHOLE, ...findPanels(raster), ...GRID_WINDOWS].filter((box, i) => i === 0 || fits(box));
  const regions = await fingerprintRegions(raster, boxes, embedder);
  return regions.map((region, i) => ({ ...region, box: boxes[i]! }));
}
