import sharp, { type Sharp } from 'sharp';
import type { AffineTransform } from '../../server/domain/match.ts';
import type { Raster } from '../../server/domain/media.ts';

/** A picture under edit: its pixels, and where each of its points lies in the original (fractions to fractions). */
export interface Picture extends Raster {
  readonly toOriginal: AffineTransform;
  /** Part of this picture that shows the original, in fractions; the rest is other material. */
  readonly shown: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Uniform numbers 0…1 from a seed (mulberry32 by Tommy Ettinger, public domain algorithm, own code). */
export interface Random {
  (): number;
  between(low: number, high: number): number;
  integer(low: number, highInclusive: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
}

export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return Object.assign(next, {
    between: (low: number, high: number) => low + (high - low) * next(),
    integer: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!,
    chance: (probability: number) => next() < probability,
  });
}

const IDENTITY: AffineTransform = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };

/** A fresh original. */
export function asPicture(raster: Raster): Picture {
  return { ...raster, toOriginal: IDENTITY, shown: { x: 0, y: 0, width: 1, height: 1 } };
}

/** The same picture with other pixels of any size (an edit that moves nothing). */
export function withPixels(picture: Picture, raster: Raster): Picture {
  return { ...picture, width: raster.width, height: raster.height, data: raster.data };
}

/** Runs a chain of sharp operations over raw pixels. */
export async function through(raster: Raster, chain: (image: Sharp) => Sharp): Promise<Raster> {
  const { width, height } = raster;
  const image = sharp(raster.data, { raw: { width, height, channels: 3 } });
  const { data, info } = await chain(image)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Pixels through a lossy file and back. */
export async function throughFile(raster: Raster, encode: (image: Sharp) => Sharp): Promise<Raster> {
  const { width, height } = raster;
  const file = await encode(sharp(raster.data, { raw: { width, height, channels: 3 } })).toBuffer();
  const { data, info } = await sharp(file)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Lays an SVG drawing of the same size over the pixels. */
export function overlay(raster: Raster, svg: string): Promise<Raster> {
  const { width, height } = raster;
  const document = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${svg}</svg>`;
  return through(raster, (image) => image.composite([{ input: Buffer.from(document) }]));
}

/** A colour as `#rrggbb`. */
export function randomColour(random: Random): string {
  return `#${random.integer(0, 0xffffff).toString(16).padStart(6, '0')}`;
}

/** Applies a function to every pixel; it gets and gives red, green, blue. */
export function mapPixels(
  raster: Raster,
  change: (r: number, g: number, b: number, x: number, y: number) => readonly [number, number, number],
): Raster {
  const data = new Uint8ClampedArray(raster.data.length);
  for (let y = 0, at = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++, at += 3) {
      const [r, g, b] = change(raster.data[at]!, raster.data[at + 1]!, raster.data[at + 2]!, x, y);
      data[at] = r;
      data[at + 1] = g;
      data[at + 2] = b;
    }
  }
  return { width: raster.width, height: raster.height, data: new Uint8Array(data.buffer) };
}
