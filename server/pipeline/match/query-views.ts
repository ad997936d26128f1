import type { Print } from '../../domain/fingerprint.ts';
import type { Box, Raster } from '../../domain/media.ts';
import { WHOLE } from '../../domain/media.ts';
import type { Embedder, RegionPrint } from '../fingerprint/index.ts';
import { fingerprintRegions, gridWindows, regionsOf } from '../fingerprint/index.ts';
import { findPanels } from './panels.ts';

/** A part of the query that is searched for on its own. */
export interface QueryView extends RegionPrint {
  readonly box: Box;
  /** Seen with its brightness turned round: the network takes a negative for another picture. */
  readonly negative: boolean;
}

/**
 * Even windows over the query besides those of its print: what a picture-in-picture, a collage or a large border
 * leaves of the original fills one of them well enough to be found. Chosen by measurement on held-out pictures.
 */
const GRID_WINDOWS: readonly Box[] = [...gridWindows(0.5, 3, 3), ...gridWindows(0.34, 4, 4)];

/** Windows whose sides are shorter than this are enlarged mush: small queries are searched for as a whole. */
const MIN_WINDOW_PIXELS = 40;

/**
 * The views of a query: the regions of its print (the whole first), panels with straight edges that the picture
 * itself shows, even windows, and the negative of the whole. The first `print.segments.length` views are the segments of the print.
 * Throws what the embedder throws.
 */
export async function makeQueryViews(raster: Raster, print: Print, embedder: Embedder): Promise<QueryView[]> {
  const fits = (box: Box) =>
    Math.min(box.width * raster.width, box.height * raster.height) >= MIN_WINDOW_PIXELS;
  const own = print.segments.map((segment) => segment.box);
  const known = regionsOf(print);
  const boxes = [...(known ? [] : own), ...[...findPanels(raster), ...GRID_WINDOWS].filter(fits)];
  const regions = [...(known ?? []), ...(await fingerprintRegions(raster, boxes, embedder))];
  const negative = await fingerprintRegions(invert(raster), [WHOLE], embedder);
  return [
    ...regions.map((region) => ({ ...region, box: region.segment.box, negative: false })),
    ...negative.map((region) => ({ ...region, box: WHOLE, negative: true })),
  ];
}

/** The negative of a picture. */
export function invert(raster: Raster): Raster {
  return { ...raster, data: raster.data.map((value) => 255 - value) };
}
