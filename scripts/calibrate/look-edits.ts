import type { Raster } from '../../server/domain/media.ts';
import type { Edit } from './geometric-edits.ts';
import {
  mapPixels,
  overlay,
  type Picture,
  type Random,
  randomColour,
  through,
  throughFile,
  withPixels,
} from './picture.ts';

type Change = (picture: Picture, random: Random) => Promise<Raster> | Raster;

const inPlace =
  (change: Change): Edit =>
  async (picture, random) =>
    withPixels(picture, await change(picture, random));

const WORDS =
  'sale share this now original photo by someone 50% off breaking look at wow limited edition'.split(' ');
const words = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.pick(WORDS)).join(' ');

const lossy: Change = (picture, random) =>
  random.chance(0.6)
    ? throughFile(picture, (image) => image.jpeg({ quality: random.integer(4, 30) }))
    : throughFile(picture, (image) => image.webp({ quality: random.integer(1, 20) }));

const small: Change = (picture, random) => {
  const factor = random.integer(40, 90) / Math.max(picture.width, picture.height);
  return through(picture, (image) =>
    image.resize(
      Math.max(8, Math.round(picture.width * factor)),
      Math.max(8, Math.round(picture.height * factor)),
      {
        fit: 'fill',
      },
    ),
  );
};

const mosaic: Change = async (picture, random) => {
  const cell = random.between(0.015, 0.04) * Math.max(picture.width, picture.height);
  const width = Math.max(8, Math.round(picture.width / cell));
  const height = Math.max(8, Math.round(picture.height / cell));
  const coarse = await through(picture, (image) => image.resize(width, height, { fit: 'fill' }));
  return through(coarse, (image) =>
    image.resize(picture.width, picture.height, { kernel: 'nearest', fit: 'fill' }),
  );
};

const grain: Change = (picture, random) => {
  const strength = random.between(20, 70);
  const single = random.chance(0.5);
  return mapPixels(picture, (r, g, b) => {
    const noise = () => (random() + random() + random() - 1.5) * 1.4 * strength;
    const n = noise();
    return single ? [r + n, g + n, b + n] : [r + noise(), g + noise(), b + noise()];
  });
};

const specks: Change = (picture, random) => {
  const share = random.between(0.02, 0.12);
  return mapPixels(picture, (r, g, b) => {
    if (!random.chance(share)) return [r, g, b];
    const v = random.chance(0.5) ? 0 : 255;
    return [v, v, v];
  });
};

const toneCurve: Change = (picture, random) => {
  const gamma = Math.exp(random.between(-0.8, 0.8));
  const gain = random.between(0.5, 1.6);
  const lift = random.between(-50, 50);
  return mapPixels(picture, (r, g, b) => {
    const f = (v: number) => 255 * (v / 255) ** gamma * gain + lift;
    return [f(r), f(g), f(b)];
  });
};

const hueTurn: Change = (picture, random) =>
  through(picture, (image) =>
    image.modulate({ hue: random.integer(20, 340), saturation: random.between(0.6, 1.8) }),
  );

const twoTone: Change = (picture, random) => {
  const dark = [random.integer(0, 110), random.integer(0, 110), random.integer(0, 110)];
  const light = [random.integer(140, 255), random.integer(140, 255), random.integer(140, 255)];
  return mapPixels(picture, (r, g, b) => {
    const l = (0.3 * r + 0.59 * g + 0.11 * b) / 255;
    return [0, 1, 2].map((c) => dark[c]! + l * (light[c]! - dark[c]!)) as [number, number, number];
  });
};

const channels: Change = (picture, random) => {
  const order = random.pick([
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
    [0, 2, 1],
  ]);
  return mapPixels(picture, (r, g, b) => {
    const all = [r, g, b];
    return [all[order[0]!]!, all[order[1]!]!, all[order[2]!]!];
  });
};

const posterize: Change = (picture, random) => {
  const step = 255 / random.integer(2, 5);
  return mapPixels(picture, (r, g, b) => {
    const f = (v: number) => Math.round(v / step) * step;
    return [f(r), f(g), f(b)];
  });
};

const halftone: Change = (picture, random) => {
  const period = random.between(4, 8);
  return mapPixels(picture, (r, g, b, x, y) => {
    const screen = (Math.sin((x + y) * (Math.PI / period)) + Math.sin((x - y) * (Math.PI / period))) * 60;
    const f = (v: number) => (v + screen > 127 ? Math.min(255, v + 60) : Math.max(0, v - 60));
    return [f(r), f(g), f(b)];
  });
};

const vignette: Change = (picture, random) => {
  const depth = random.between(0.5, 1);
  const { width, height } = picture;
  return mapPixels(picture, (r, g, b, x, y) => {
    const away = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2;
    const f = 1 - depth * away;
    return [r * f, g * f, b * f];
  });
};

const caption: Change = (picture, random) => {
  const { width, height } = picture;
  const lines = Array.from({ length: random.integer(1, 5) }, () => {
    const size = random.between(0.05, 0.14) * height;
    const at = `x="${random.between(0, 0.5) * width}" y="${random.between(0.1, 0.98) * height}"`;
    const turn = random.chance(0.3) ? `transform="rotate(${random.integer(-30, 30)})"` : '';
    return `<text ${at} ${turn} font-family="sans-serif" font-size="${size}" font-weight="bold" fill="${randomColour(random)}" stroke="${randomColour(random)}" stroke-width="1">${words(random, 4)}</text>`;
  });
  return overlay(picture, lines.join(''));
};

const watermark: Change = (picture, random) => {
  const { width, height } = picture;
  const size = random.between(0.05, 0.1) * height;
  let text = '';
  for (let y = 0; y < height * 1.5; y += size * 2.5) {
    text += `<text x="${-width / 4}" y="${y}" font-size="${size}">${words(random, 14)}</text>`;
  }
  const shade = random.pick(['#fff', '#000']);
  const opacity = random.between(0.25, 0.6);
  return overlay(picture, `<g fill="${shade}" fill-opacity="${opacity}" transform="rotate(-20)">${text}</g>`);
};

const patches: Change = (picture, random) => {
  const { width, height } = picture;
  const shapes = Array.from({ length: random.integer(2, 7) }, () => {
    const w = random.between(0.08, 0.4) * width;
    const h = random.between(0.08, 0.4) * height;
    const x = random.between(-0.05, 0.9) * width;
    const y = random.between(-0.05, 0.9) * height;
    const fill = `fill="${randomColour(random)}" fill-opacity="${random.pick([1, 1, 0.6])}"`;
    return random.chance(0.5)
      ? `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${random.integer(0, 20)}" ${fill}/>`
      : `<ellipse cx="${x}" cy="${y}" rx="${w / 2}" ry="${h / 2}" ${fill}/>`;
  });
  return overlay(picture, shapes.join(''));
};

/** Edits that leave the picture where it is. */
export const LOOK_EDITS: Readonly<Record<string, Edit>> = {
  lossy: inPlace(lossy),
  small: inPlace(small),
  soften: inPlace((picture, random) => through(picture, (image) => image.blur(random.between(1.5, 5)))),
  mosaic: inPlace(mosaic),
  grain: inPlace(grain),
  specks: inPlace(specks),
  'tone-curve': inPlace(toneCurve),
  'hue-turn': inPlace(hueTurn),
  'two-tone': inPlace(twoTone),
  channels: inPlace(channels),
  posterize: inPlace(posterize),
  halftone: inPlace(halftone),
  vignette: inPlace(vignette),
  negative: inPlace((picture) => mapPixels(picture, (r, g, b) => [255 - r, 255 - g, 255 - b])),
  sharpen: inPlace((picture, random) =>
    through(picture, (image) => image.sharpen({ sigma: random.between(2, 5), m2: 12 })),
  ),
  median: inPlace((picture, random) => through(picture, (image) => image.median(random.pick([3, 5, 7])))),
  caption: inPlace(caption),
  watermark: inPlace(watermark),
  patches: inPlace(patches),
};
