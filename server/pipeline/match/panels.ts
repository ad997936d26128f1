import type { Box, Raster } from '../../domain/media.ts';

/** Straight edges of pasted pictures, borders and screenshots: to be written. */
export function findPanels(_raster: Raster): Box[] {
  return [];
}
