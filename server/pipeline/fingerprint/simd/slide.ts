import { alignUp } from './dot-products.ts';
import { simdMachine } from './machine.ts';

/** A picture of floats, row by row. */
export interface Floats {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * For every place of a template that lies within the picture the sum of the products of their pixels, row by row. What it
 * gives, and the picture itself, is overwritten by the next call of anything else here. The template must not be larger than
 * the picture.
 */
export type Slider = (template: Floats) => Float32Array;

/** Floats of a vector. */
const LANES = 4;

/** Slides templates over a picture; sums are made in single precision. */
export function openSlider(image: Floats): Slider {
  const machine = simdMachine();
  if (!machine) return plainSlider(image);
  // A template is filled up with zeros to whole vectors: so far beyond its end a row is read.
  const row = image.width + LANES;
  const templateAt = alignUp(4 * row * (image.height + 1));
  const floats = new Float32Array(machine.reserve(templateAt), 0, templateAt / 4).fill(0);
  for (let y = 0; y < image.height; y++)
    floats.set(image.data.subarray(y * image.width, (y + 1) * image.width), y * row);
  return ({ width, height, data }) => {
    const [across, down] = [image.width - width + 1, image.height - height + 1];
    const padded = Math.ceil(width / LANES) * LANES;
    const outAt = templateAt + 4 * padded * height;
    const memory = machine.reserve(outAt + 4 * across * down);
    const own = new Float32Array(memory, templateAt, padded * height).fill(0);
    for (let y = 0; y < height; y++) own.set(data.subarray(y * width, (y + 1) * width), y * padded);
    machine.slide(0, 4 * row, across, down, templateAt, 4 * padded, height, outAt);
    return new Float32Array(memory, outAt, across * down);
  };
}

/** The same without vectors; also what the tests compare with. */
export function plainSlider(image: Floats): Slider {
  return ({ width, height, data }) => {
    const [across, down] = [image.width - width + 1, image.height - height + 1];
    return Float32Array.from({ length: across * down }, (_, place) => {
      const from = Math.floor(place / across) * image.width + (place % across);
      let sum = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) sum += data[y * width + x]! * image.data[from + y * image.width + x]!;
      }
      return sum;
    });
  };
}
