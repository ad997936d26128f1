import { IMAGE_CODE_SIDE } from './image-code.ts';

/** A picture as decoded: upright, 8 bits a value, RGB or RGBA interleaved, colour profile not applied. */
export interface FullPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/** Pixels after which others get their turn: about 10 ms. */
const TURN = 1 << 20;
// Weights in fixed point, and how much to add for rounding.
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/**
 * The 32×32 grey pixels of an Image-Code (docs/iscc.md): transparency on white, borders of the colour of the top left
 * pixel cut off, grey by ITU-R BT.601, bicubic in the fixed point arithmetic of Pillow, across and then down.
 */
export async function imagePixels(picture: FullPicture): Promise<Uint8Array> {
  const side = IMAGE_CODE_SIDE;
  const box = await contentBox(picture);
  const across = weightsOf(box.right - box.left);
  const rows = box.bottom - box.top;
  const narrow = new Uint8Array(rows * side);
  const grey = new Uint8Array(box.right - box.left);
  const turn = rowsOfTurn(picture);
  for (let y = 0; y < rows; y++) {
    readGrey(picture, box, box.top + y, grey);
    for (let x = 0; x < side; x++) narrow[y * side + x] = weigh(grey, 0, 1, across[x]!);
    if (y % turn === turn - 1) await nextTurn();
  }
  const down = weightsOf(rows);
  const pixels = new Uint8Array(side * side);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = weigh(narrow, i % side, side, down[Math.floor(i / side)]!);
  }
  return pixels;
}

interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where anything differs from the top left pixel; everything when nothing does. */
async function contentBox(picture: FullPicture): Promise<PixelBox> {
  const { width, height } = picture;
  const border = colourAt(picture, 0);
  let [left, top, right, bottom] = [width, height, 0, 0];
  const turn = rowsOfTurn(picture);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    let first = 0;
    while (first < width && colourAt(picture, start + first) === border) first++;
    if (y % turn === turn - 1) await nextTurn();
    if (first === width) continue;
    let last = width - 1;
    while (last >= right && colourAt(picture, start + last) === border) last--;
    if (top === height) top = y;
    bottom = y + 1;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
  }
  return bottom === 0 ? { left: 0, top: 0, right: width, bottom: height } : { left, top, right, bottom };
}

function readGrey(picture: FullPicture, box: PixelBox, row: number, into: Uint8Array): void {
  const start = row * picture.width + box.left;
  for (let x = 0; x < into.length; x++) {
    const colour = colourAt(picture, start + x);
    const sum = (colour >>> 16) * 19595 + ((colour >>> 8) & 255) * 38470 + (colour & 255) * 7471;
    into[x] = (sum + 0x8000) >>> 16;
  }
}

/** 24 bits of a pixel laid on white. */
function colourAt({ data, channels }: FullPicture, pixel: number): number {
  const at = pixel * channels;
  const red = data[at]!;
  const green = data[at + 1]!;
  const blue = data[at + 2]!;
  const alpha = channels === 4 ? data[at + 3]! : 255;
  if (alpha === 255) return (red << 16) | (green << 8) | blue;
  return (onWhite(red, alpha) << 16) | (onWhite(green, alpha) << 8) | onWhite(blue, alpha);
}

function onWhite(value: number, alpha: number): number {
  const sum = 255 * (255 - alpha) + value * alpha + 128;
  return (sum + (sum >>> 8)) >>> 8;
}

/** What a pixel of the small picture is made of. */
interface Weights {
  readonly start: number;
  readonly values: Float64Array;
}

/** Bicubic weights (a = −0.5) from `size` pixels to 32, spread over all pixels that one of the 32 covers. */
function weightsOf(size: number): Weights[] {
  const scale = size / IMAGE_CODE_SIDE;
  const spread = Math.max(1, scale);
  return Array.from({ length: IMAGE_CODE_SIDE }, (_, i) => {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - 2 * spread + 0.5));
    const end = Math.min(size, Math.trunc(center + 2 * spread + 0.5));
    const values = new Float64Array(end - start);
    let sum = 0;
    for (let j = 0; j < values.length; j++) {
      values[j] = bicubic((j + start - center + 0.5) / spread);
      sum += values[j]!;
    }
    return { start, values: values.map((value) => roundAway((value / sum) * 2 ** PRECISION)) };
  });
}

function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? -0.5 * (((x - 5) * x + 8) * x - 4) : 0;
}

function roundAway(value: number): number {
  return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}

function weigh(
  values: Uint8Array,
  offset: number,
  step: number,
  { start, values: weights }: Weights,
): number {
  let sum = HALF;
  for (let i = 0; i < weights.length; i++) sum += values[offset + (start + i) * step]! * weights[i]!;
  return Math.min(255, Math.max(0, Math.floor(sum / 2 ** PRECISION)));
}

function rowsOfTurn({ width }: FullPicture): number {
  return Math.max(1, Math.floor(TURN / width));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
