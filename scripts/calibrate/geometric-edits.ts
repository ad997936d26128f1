import type { AffineTransform } from '../../server/domain/match.ts';
import type { Raster } from '../../server/domain/media.ts';
import { boxTransform, composeAffine, invertAffine } from '../../server/pipeline/match/affine.ts';
import { asPicture, type Picture, type Random, randomColour, through, withPixels } from './picture.ts';

/** An edit may use other pictures (as canvas, as neighbours in a collage). */
export type Edit = (picture: Picture, random: Random, others: readonly Raster[]) => Promise<Picture>;

type Rect = { x: number; y: number; width: number; height: number };

/** Cuts a rectangle (fractions) out. */
async function cut(picture: Picture, rect: Rect): Promise<Picture> {
  const left = Math.round(rect.x * picture.width);
  const top = Math.round(rect.y * picture.height);
  const width = Math.max(8, Math.min(picture.width - left, Math.round(rect.width * picture.width)));
  const height = Math.max(8, Math.min(picture.height - top, Math.round(rect.height * picture.height)));
  const pixels = await through(picture, (image) => image.extract({ left, top, width, height }));
  const box = {
    x: left / picture.width,
    y: top / picture.height,
    width: width / picture.width,
    height: height / picture.height,
  };
  return moved(picture, pixels, boxTransform(box));
}

/** New pixels whose fractions map to the old picture's fractions by `back`; `shown` follows as a bounding box. */
function moved(picture: Picture, pixels: Raster, back: AffineTransform): Picture {
  const forth = invertAffine(back)!;
  const { x, y, width, height } = picture.shown;
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ].map(([u, v]) => [forth.a * u! + forth.b * v! + forth.c, forth.d * u! + forth.e * v! + forth.f] as const);
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const xs = corners.map(([u]) => clamp(u));
  const ys = corners.map(([, v]) => clamp(v));
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  const shown = { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
  return { ...pixels, toOriginal: composeAffine(picture.toOriginal, back), shown };
}

const cropBetween =
  (least: number, most: number): Edit =>
  (picture, random) => {
    const area = random.between(least, most);
    const shape = Math.exp(random.between(-0.35, 0.35));
    const width = Math.min(1, Math.sqrt(area) * shape);
    const height = Math.min(1, area / width);
    return cut(picture, { x: random() * (1 - width), y: random() * (1 - height), width, height });
  };

/** Pixels of `picture` under a pixel transform about its middle, on a canvas that holds or cuts it. */
const turnAndShear: Edit = async (picture, random) => {
  const { width, height } = picture;
  const angle = random.between(3, 40) * random.pick([-1, 1]) * (Math.PI / 180);
  const shear = random.chance(0.35) ? random.between(-0.35, 0.35) : 0;
  const zoom = random.between(0.9, 1.5);
  const cos = Math.cos(angle) / zoom;
  const sin = Math.sin(angle) / zoom;
  // Result pixel (from the middle) to source pixel (from the middle).
  const m = { a: cos + shear * sin, b: -sin, d: sin - shear * cos, e: cos };
  const fill: [number, number, number] = random.chance(0.5)
    ? [random.integer(0, 255), random.integer(0, 255), random.integer(0, 255)]
    : [0, 0, 0];
  const pixels = sample(
    picture,
    width,
    height,
    (x, y) => {
      const dx = x - width / 2;
      const dy = y - height / 2;
      return [m.a * dx + m.b * dy + width / 2, m.d * dx + m.e * dy + height / 2];
    },
    fill,
  );
  const b = (m.b * height) / width;
  const d = (m.d * width) / height;
  return moved(picture, pixels, { a: m.a, b, c: (1 - m.a - b) / 2, d, e: m.e, f: (1 - d - m.e) / 2 });
};

/** Bilinear look-up along a function from result pixels to source pixels. */
export function sample(
  source: Raster,
  width: number,
  height: number,
  where: (x: number, y: number) => readonly [number, number],
  fill: readonly [number, number, number],
): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const [u, v] = where(x + 0.5, y + 0.5);
      if (u < 0 || v < 0 || u >= source.width || v >= source.height) {
        data.set(fill, to);
        continue;
      }
      const x0 = Math.max(0, Math.min(source.width - 2, Math.floor(u - 0.5)));
      const y0 = Math.max(0, Math.min(source.height - 2, Math.floor(v - 0.5)));
      const wx = Math.min(1, Math.max(0, u - 0.5 - x0));
      const wy = Math.min(1, Math.max(0, v - 0.5 - y0));
      for (let c = 0; c < 3; c++) {
        const at = (y0 * source.width + x0) * 3 + c;
        const top = source.data[at]! * (1 - wx) + source.data[at + 3]! * wx;
        const below = at + source.width * 3;
        const bottom = source.data[below]! * (1 - wx) + source.data[below + 3]! * wx;
        data[to + c] = top * (1 - wy) + bottom * wy;
      }
    }
  }
  return { width, height, data };
}

const perspective: Edit = async (picture, random) => {
  const { width, height } = picture;
  const p = random.between(-0.25, 0.25);
  const q = random.between(-0.25, 0.25);
  const pixels = sample(
    picture,
    width,
    height,
    (x, y) => {
      const u = x / width - 0.5;
      const v = y / height - 0.5;
      const depth = 1 + p * u + q * v;
      return [(u / depth + 0.5) * width, (v / depth + 0.5) * height];
    },
    [random.integer(0, 255), random.integer(0, 255), random.integer(0, 255)],
  );
  return withPixels(picture, pixels);
};

const waves: Edit = async (picture, random) => {
  const { width, height } = picture;
  const depth = random.between(0.006, 0.02) * width;
  const period = random.between(0.2, 0.6) * height;
  const pixels = sample(
    picture,
    width,
    height,
    (x, y) => {
      return [
        x + depth * Math.sin((2 * Math.PI * y) / period),
        y + depth * Math.cos((2 * Math.PI * x) / period),
      ];
    },
    [0, 0, 0],
  );
  return withPixels(picture, pixels);
};

const flip: Edit = async (picture, random) => {
  if (random.chance(0.75)) {
    const pixels = await through(picture, (image) => image.flop());
    return moved(picture, pixels, { a: -1, b: 0, c: 1, d: 0, e: 1, f: 0 });
  }
  const pixels = await through(picture, (image) => image.flip());
  return moved(picture, pixels, { a: 1, b: 0, c: 0, d: 0, e: -1, f: 1 });
};

const quarterTurn: Edit = async (picture, random) => {
  const angle = random.pick([90, 180, 270]);
  const pixels = await through(picture, (image) => image.rotate(angle));
  if (angle === 180) return moved(picture, pixels, { a: -1, b: 0, c: 1, d: 0, e: -1, f: 1 });
  if (angle === 90) return moved(picture, pixels, { a: 0, b: 1, c: 0, d: -1, e: 0, f: 1 });
  return moved(picture, pixels, { a: 0, b: -1, c: 1, d: 1, e: 0, f: 0 });
};

const stretch: Edit = async (picture, random) => {
  const factor = random.pick([random.between(0.5, 0.8), random.between(1.25, 2)]);
  const width = Math.max(16, Math.round(picture.width * Math.sqrt(factor)));
  const height = Math.max(16, Math.round(picture.height / Math.sqrt(factor)));
  return withPixels(picture, await through(picture, (image) => image.resize(width, height, { fit: 'fill' })));
};

/** Pastes the picture into a rectangle (pixels) of a canvas. */
async function paste(picture: Picture, canvas: Raster, rect: Rect): Promise<Picture> {
  const left = Math.round(rect.x);
  const top = Math.round(rect.y);
  const width = Math.max(8, Math.round(rect.width));
  const height = Math.max(8, Math.round(rect.height));
  const small = await through(picture, (image) => image.resize(width, height, { fit: 'fill' }));
  const input = Buffer.from(small.data);
  const pixels = await through(canvas, (image) =>
    image.composite([{ input, raw: { width, height, channels: 3 }, left, top }]),
  );
  const box = {
    x: left / canvas.width,
    y: top / canvas.height,
    width: width / canvas.width,
    height: height / canvas.height,
  };
  return moved(picture, pixels, invertAffine(boxTransform(box))!);
}

const pictureInPicture: Edit = async (picture, random, others) => {
  const canvas = asPicture(random.pick(others));
  const share = random.between(0.3, 0.75);
  const scale = Math.min((share * canvas.width) / picture.width, (share * canvas.height) / picture.height);
  const stretchBy = Math.exp(random.between(-0.1, 0.1));
  const width = Math.min(canvas.width - 2, picture.width * scale * stretchBy);
  const height = Math.min(canvas.height - 2, picture.height * scale);
  const x = random() * (canvas.width - width - 1);
  const y = random() * (canvas.height - height - 1);
  return paste(picture, canvas, { x, y, width, height });
};

const collage: Edit = async (picture, random, others) => {
  const columns = random.integer(1, 3);
  const rows = columns === 1 ? random.integer(2, 3) : random.integer(1, 2);
  const cell = { width: random.integer(120, 260), height: random.integer(120, 260) };
  const gap = random.chance(0.5) ? random.integer(2, 12) : 0;
  const width = columns * cell.width + (columns + 1) * gap;
  const height = rows * cell.height + (rows + 1) * gap;
  const mine = random.integer(0, columns * rows - 1);
  let canvas: Raster = { width, height, data: fillWith(width * height * 3, random) };
  const place = (index: number) => ({
    x: gap + (index % columns) * (cell.width + gap),
    y: gap + Math.floor(index / columns) * (cell.height + gap),
    ...cell,
  });
  for (let i = 0; i < columns * rows; i++) {
    if (i !== mine) canvas = await paste(asPicture(random.pick(others)), canvas, place(i));
  }
  return paste(picture, canvas, place(mine));
};

function fillWith(length: number, random: Random): Uint8Array {
  const colour = [random.integer(0, 255), random.integer(0, 255), random.integer(0, 255)];
  return Uint8Array.from({ length }, (_, i) => colour[i % 3]!);
}

const border: Edit = async (picture, random) => {
  const side = () => random.between(0, 0.3);
  const sides = { left: side(), right: side(), top: side(), bottom: side() };
  const px = {
    left: Math.round(sides.left * picture.width),
    right: Math.round(sides.right * picture.width),
    top: Math.round(sides.top * picture.height),
    bottom: Math.round(sides.bottom * picture.height),
  };
  const pixels = await through(picture, (image) => image.extend({ ...px, background: randomColour(random) }));
  const box = {
    x: px.left / pixels.width,
    y: px.top / pixels.height,
    width: picture.width / pixels.width,
    height: picture.height / pixels.height,
  };
  return moved(picture, pixels, invertAffine(boxTransform(box))!);
};

/** Edits that move the picture about; each keeps `toOriginal` true (up to the bend of `perspective` and `waves`). */
export const GEOMETRIC_EDITS: Readonly<Record<string, Edit>> = {
  crop: cropBetween(0.35, 0.9),
  'crop-hard': cropBetween(0.15, 0.35),
  'turn-shear': turnAndShear,
  perspective,
  waves,
  flip,
  'quarter-turn': quarterTurn,
  stretch,
  inset: pictureInPicture,
  collage,
  border,
};
