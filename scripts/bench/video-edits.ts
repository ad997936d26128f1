import type { Picture } from './video-frames.ts';

/** Random numbers of a fixed seed (mulberry32). */
export function makeRandom(text: string): () => number {
  let state = 2166136261;
  for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** An edit of every picture of a query, with what stands in the manifest. */
export interface Look {
  readonly name: string;
  apply(picture: Picture): Picture;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bilinear from an area (in pixels) to a new size, each pixel the mean of up to 2 × 2 taps. */
export function sample(
  picture: Picture,
  area: Area,
  width: number,
  height: number,
  mirrored = false,
): Picture {
  const data = new Uint8Array(width * height * 3);
  const taps = area.width / width > 1.5 || area.height / height > 1.5 ? 2 : 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let t = 0; t < taps * taps; t++) {
          const column = mirrored ? width - 1 - x : x;
          const u = area.x + ((column + ((t % taps) + 0.5) / taps) * area.width) / width - 0.5;
          const v = area.y + ((y + (Math.floor(t / taps) + 0.5) / taps) * area.height) / height - 0.5;
          sum += bilinear(picture, u, v, c);
        }
        data[to + c] = sum / (taps * taps) + 0.5;
      }
    }
  }
  return { width, height, data };
}

function bilinear({ width, height, data }: Picture, u: number, v: number, c: number): number {
  const x0 = Math.min(width - 1, Math.max(0, Math.floor(u)));
  const y0 = Math.min(height - 1, Math.max(0, Math.floor(v)));
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  const fx = Math.min(1, Math.max(0, u - x0));
  const fy = Math.min(1, Math.max(0, v - y0));
  const top = data[3 * (y0 * width + x0) + c]! * (1 - fx) + data[3 * (y0 * width + x1) + c]! * fx;
  const bottom = data[3 * (y1 * width + x0) + c]! * (1 - fx) + data[3 * (y1 * width + x1) + c]! * fx;
  return top * (1 - fy) + bottom * fy;
}

/** Fits a picture into a size, black around it. */
export function fit(picture: Picture, width: number, height: number): Picture {
  if (picture.width === width && picture.height === height) return picture;
  const ratio = Math.min(width / picture.width, height / picture.height);
  const inner = { width: Math.round(picture.width * ratio), height: Math.round(picture.height * ratio) };
  const scaled = sample(picture, whole(picture), inner.width, inner.height);
  const out = { width, height, data: new Uint8Array(width * height * 3) };
  paste(out, scaled, Math.floor((width - inner.width) / 2), Math.floor((height - inner.height) / 2));
  return out;
}

/** Copies `top` onto `under`, in place. */
export function paste(under: Picture, top: Picture, left: number, down: number): void {
  for (let y = 0; y < top.height; y++) {
    const row = top.data.subarray(3 * y * top.width, 3 * (y + 1) * top.width);
    under.data.set(row, 3 * ((y + down) * under.width + left));
  }
}

function whole(picture: Picture): Area {
  return { x: 0, y: 0, width: picture.width, height: picture.height };
}

const even = (value: number) => 2 * Math.round(value / 2);

/** The looks of the suite; each draws its strength from `random`. */
export const LOOKS: Readonly<Record<string, (random: () => number) => Look>> = {
  none: () => ({ name: 'none', apply: (picture) => picture }),
  crop: (random) => {
    const keep = 0.6 + 0.25 * random();
    const fx = random();
    const fy = random();
    return {
      name: `crop:${keep.toFixed(2)}`,
      apply(picture) {
        const width = picture.width * keep;
        const height = picture.height * keep;
        const area = { x: fx * (picture.width - width), y: fy * (picture.height - height), width, height };
        return sample(picture, area, picture.width, picture.height);
      },
    };
  },
  scale: (random) => {
    const factor = 0.4 + 0.3 * random();
    return {
      name: `scale:${factor.toFixed(2)}`,
      apply: (p) => sample(p, whole(p), even(p.width * factor), even(p.height * factor)),
    };
  },
  stretch: (random) => {
    const factor = random() < 0.5 ? 0.75 : 1.33;
    return {
      name: `stretch:${factor}`,
      apply: (p) => sample(p, whole(p), even(p.width * factor), p.height),
    };
  },
  mirror: () => ({ name: 'mirror', apply: (p) => sample(p, whole(p), p.width, p.height, true) }),
  letterbox: (random) => {
    const ratio = 1.2 + 0.4 * random();
    const across = random() < 0.5;
    return {
      name: `letterbox:${ratio.toFixed(2)}`,
      apply: (p) =>
        fit(p, across ? even(p.width * ratio) : p.width, across ? p.height : even(p.height * ratio)),
    };
  },
  overlay: (random) => {
    const seed = Math.floor(random() * 1e9);
    const low = random() < 0.5;
    return { name: 'overlay', apply: (p) => drawOverlay(p, seed, low) };
  },
  brightness: (random) => {
    const gain = random() < 0.5 ? 0.6 + 0.2 * random() : 1.2 + 0.3 * random();
    const offset = Math.round(40 * random() - 20);
    const table = Uint8Array.from({ length: 256 }, (_, v) => Math.max(0, Math.min(255, v * gain + offset)));
    return {
      name: `brightness:${gain.toFixed(2)}`,
      apply: (p) => ({ ...p, data: p.data.map((value) => table[value]!) }),
    };
  },
};

/** A bar of fake lettering, a subtitle or a headline, and a logo in a corner. */
function drawOverlay(picture: Picture, seed: number, low: boolean): Picture {
  const { width, height } = picture;
  const data = picture.data.slice();
  const random = makeRandom(String(seed));
  const fill = (x: number, y: number, w: number, h: number, colour: readonly number[], alpha: number) => {
    for (let row = Math.max(0, Math.floor(y)); row < Math.min(height, y + h); row++) {
      for (let column = Math.max(0, Math.floor(x)); column < Math.min(width, x + w); column++) {
        for (let c = 0; c < 3; c++) {
          const at = 3 * (row * width + column) + c;
          data[at] = data[at]! * (1 - alpha) + colour[c]! * alpha;
        }
      }
    }
  };
  const top = low ? 0.82 * height : 0.05 * height;
  const size = 0.08 * height;
  fill(0.08 * width, top - 0.02 * height, 0.84 * width, size * 1.5, [0, 0, 0], 0.55);
  for (let x = 0.11 * width; x < 0.86 * width; x += size * (0.35 + 0.3 * random())) {
    if (random() < 0.15) continue;
    fill(x, top + size * 0.3 * random(), size * 0.12, size * 0.8, [255, 255, 255], 1);
    fill(x, top + size * (0.2 + 0.5 * random()), size * 0.3, size * 0.12, [255, 255, 255], 1);
  }
  const logo = [random() * 255, random() * 255, random() * 255];
  fill(0.85 * width, low ? 0.04 * height : 0.8 * height, 0.11 * width, 0.13 * height, logo, 0.9);
  fill(0.88 * width, low ? 0.07 * height : 0.83 * height, 0.05 * width, 0.07 * height, [255, 255, 255], 0.9);
  return { width, height, data };
}
