import type { Sketch } from '../../domain/fingerprint.ts';
import type { Raster } from '../../domain/media.ts';
import { WHOLE } from '../../domain/media.ts';
import { resample } from './resample.ts';

/** Side of a sketch in pixels. */
export const SKETCH_SIDE = 128;

/** The brightness of a whole picture, squashed to 128 × 128: enough to lay a suspected copy over it and compare. */
export function makeSketch(raster: Raster): Sketch {
  return { side: SKETCH_SIDE, luma: lumaOf(resample(raster, WHOLE, SKETCH_SIDE)) };
}

/** Brightness 0…255 of planar RGB pixels; weights of ITU-R BT.601 in 1/256. */
export function lumaOf(planes: Uint8Array): Uint8Array {
  const count = planes.length / 3;
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    out[i] = (planes[i]! * 77 + planes[i + count]! * 150 + planes[i + 2 * count]! * 29) >> 8;
  }
  return out;
}
