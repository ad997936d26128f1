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
 * Even windows over the query besides those of its print: a picture-in-picture without straight edges, or one of a colour
 * that hides them, fills one of them well enough to be found. Of 163 held-out composites two are found by these
 * windows only; a grid of larger ones (half the side) found none and is gone.
 */
const GRID_WINDOWS: readonly Box[] = gridWindows(0.34, 4, 4);

/** Windows whose sides are shorter than this are enlarged mush: small queries are searched for as a whole. */
const MIN_WINDOW_PIXELS = 40;

/**
 * The first views of a query: the regions of its print (the whole first), panels with straight edges that the picture
 * itself shows, and the negative of the whole. The first `print.segments.length` views are the segments of the print.
 * Throws what the embedder throws.
 */
export async function makeQueryViews(raster: Raster, print: Print, embedder: Embedder): Promise<QueryView[]> {
  const own = print.segments.map((segment) => segment.box);
  const known = regionsOf(print);
  const boxes = [...(known ? [] : own), ...findPanels(raster).filter((box) => isLargeEnough(raster, box))];
  const [regions, negative] = await Promise.all([
    fingerprintRegions(raster, boxes, embedder),
    fingerprintRegions(invert(raster), [WHOLE], embedder),
  ]);
  return [
    ...[...(known ?? []), ...regions].map((region) => asView(region, false)),
    ...negative.map((region) => asView(region, true)),
  ];
}

/** Further views for a query that the first ones do not explain. Throws what the embedder throws. */
export async function makeGridViews(raster: Raster, embedder: Embedder): Promise<QueryView[]> {
  const boxes = GRID_WINDOWS.filter((box) => isLargeEnough(raster, box));
  return (await fingerprintRegions(raster, boxes, embedder)).map((region) => asView(region, false));
}

function asView(region: RegionPrint, negative: boolean): QueryView {
  return { ...region, box: region.segment.box, negative };
}

function isLargeEnough(raster: Raster, box: Box): boolean {
  return Math.min(box.width * raster.width, box.height * raster.height) >= MIN_WINDOW_PIXELS;
}

/** The negative of a picture. */
export function invert(raster: Raster): Raster {
  const data = new Uint8Array(raster.data.length);
  for (let i = 0; i < data.length; i++) data[i] = 255 - raster.data[i]!;
  return { ...raster, data };
}
