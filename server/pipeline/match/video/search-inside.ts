import { openSlider, type Slider } from '../../fingerprint/index.ts';
import type { Gray } from './gray.ts';
import { resize } from './gray.ts';

const SCALE_STEP = 1.12;
const SMALLEST = 9;

/** Where a picture lies in another one, in pixels, and how well it fits there. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly score: number;
}

/** Best position of `template` inside `image` for every scale, its shape kept; normalized correlation. */
export function searchInside(image: Gray, template: Gray): Spot[] {
  const spots: Spot[] = [];
  const sums = sumsOf(image);
  const slide = openSlider({ ...image, data: Float32Array.from(image.data) });
  const largest = Math.min(image.width / template.width, image.height / template.height);
  for (let scale = largest; ; scale /= SCALE_STEP) {
    const width = Math.round(template.width * scale);
    const height = Math.round(template.height * scale);
    if (Math.max(width, height) < SMALLEST || Math.min(width, height) < 4) return spots;
    spots.push(bestPosition(image, sums, slide, resize(template, width, height)));
  }
}

/** Sums of values and of their squares above and left of every pixel. */
interface Sums {
  readonly values: Float64Array;
  readonly squares: Float64Array;
}

function sumsOf({ width, height, data }: Gray): Sums {
  const row = width + 1;
  const values = new Float64Array(row * (height + 1));
  const squares = new Float64Array(row * (height + 1));
  for (let y = 0; y < height; y++) {
    let [sum, square] = [0, 0];
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!;
      sum += value;
      square += value * value;
      const at = (y + 1) * row + x + 1;
      values[at] = values[at - row]! + sum;
      squares[at] = squares[at - row]! + square;
    }
  }
  return { values, squares };
}

function bestPosition(image: Gray, { values, squares }: Sums, slide: Slider, template: Gray): Spot {
  const { width, height } = template;
  const count = width * height;
  const t = Float32Array.from(template.data);
  const mean = t.reduce((a, b) => a + b, 0) / count;
  let own = 0;
  for (let i = 0; i < count; i++) {
    t[i] = t[i]! - mean;
    own += t[i]! * t[i]!;
  }
  const norm = Math.sqrt(own) + 1e-6;
  const cross = slide({ width, height, data: t });
  // Small templates match by chance.
  const handicap = 1.5 / Math.sqrt(count);
  let best: Spot = { x: 0, y: 0, width, height, score: -1 };
  const row = image.width + 1;
  for (let y = 0, place = 0; y + height <= image.height; y++) {
    for (let x = 0; x + width <= image.width; x++, place++) {
      const [top, bottom] = [y * row + x, (y + height) * row + x];
      const over = (of: Float64Array) => of[bottom + width]! - of[bottom]! - of[top + width]! + of[top]!;
      const sum = over(values);
      const spread = Math.sqrt(Math.max(0, over(squares) - (sum * sum) / count));
      const score = cross[place]! / (norm * (spread + 0.5 * Math.sqrt(count))) - handicap;
      if (score > best.score) best = { x, y, width, height, score };
    }
  }
  return best;
}
