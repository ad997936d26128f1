/** The media a work can be. */
export type Medium = 'image' | 'video' | 'audio' | 'text';

/** A rectangle in fractions of the picture: origin top left, 0…1. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };

/** A film or sound that ends long before the time that its file says: cut off on its way, or damaged. */
export interface EarlyEnd {
  /** By the file itself, in milliseconds. */
  readonly declaredMs: number;
  /** As far as it can be decoded. */
  readonly reachedMs: number;
  /** Of a film whose sound ends early, not its pictures. */
  readonly track?: 'sound';
}

/** A picture in memory: 8-bit RGB, interleaved, `data.length === width * height * 3`, rows top to bottom. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * What decoding a picture gives. `raster` is the working raster: EXIF-oriented, sRGB, transparency flattened on
 * white, first frame of an animation, long side at most WORKING_SIDE. Everything after it is integer arithmetic.
 */
export interface DecodedImage {
  readonly mediaType: string;
  /** Size of the oriented original in pixels. */
  readonly width: number;
  readonly height: number;
  readonly raster: Raster;
}

/** Longest side of a working raster in pixels. */
export const WORKING_SIDE = 512;
