/** Drawn pairs that resemble each other and are not copies: every family makes two pictures from two seeds. */
import sharp from 'sharp';
import type { Raster } from '../../server/domain/media.ts';
import { makeRandom, type Random, randomColour } from '../calibrate/picture.ts';

/** Draws one picture: `common` is the same for both of a pair, `own` is not. */
type Draw = (common: Random, own: Random) => string;

const WIDTH = 400;
const HEIGHT = 300;
const WORDS =
  'the work shows a house near water and light falls on trees while people walk along some road in the morning before rain'.split(
    ' ',
  );

const line = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.pick(WORDS)).join(' ');
const background = (colour: string) => `<rect width="${WIDTH}" height="${HEIGHT}" fill="${colour}"/>`;

/** One layout and typeface, other words. */
const page: Draw = (common, own) => {
  const size = common.integer(11, 16);
  const left = common.integer(20, 60);
  const rows = Array.from({ length: Math.floor(240 / (size * 1.5)) }, (_, i) => {
    return `<text x="${left}" y="${50 + i * size * 1.5}" font-size="${size}">${line(own, 7)}</text>`;
  });
  return `${background('#fff')}<text x="${left}" y="30" font-size="${size * 1.6}" font-weight="bold">${line(own, 3)}</text>${rows.join('')}`;
};

/** A badge of one style around another sign. */
const logo: Draw = (common, own) => {
  const fill = randomColour(common);
  const ring = randomColour(common);
  const sides = own.integer(3, 7);
  const turn = own() * Math.PI;
  const points = Array.from({ length: sides * 2 }, (_, i) => {
    const radius = i % 2 === 0 ? 70 : own.between(25, 60);
    const angle = turn + (i * Math.PI) / sides;
    return `${200 + radius * Math.cos(angle)},${150 + radius * Math.sin(angle)}`;
  });
  return `${background('#fff')}<circle cx="200" cy="150" r="110" fill="${fill}" stroke="${ring}" stroke-width="14"/><polygon points="${points.join(' ')}" fill="#fff"/><text x="200" y="290" text-anchor="middle" font-size="20">${line(own, 2)}</text>`;
};

/** Bars of one style, other figures. */
const chart: Draw = (common, own) => {
  const colour = randomColour(common);
  const count = common.integer(5, 9);
  const bars = Array.from({ length: count }, (_, i) => {
    const height = own.between(20, 220);
    return `<rect x="${50 + (i * 320) / count}" y="${270 - height}" width="${240 / count}" height="${height}" fill="${colour}"/>`;
  });
  return `${background('#fff')}<path d="M40 20V270H380" stroke="#333" fill="none" stroke-width="2"/>${bars.join('')}`;
};

/** The same kinds of shapes and colours, strewn otherwise. */
const shapes: Draw = (common, own) => {
  const colours = Array.from({ length: 3 }, () => randomColour(common));
  const ground = randomColour(common);
  const parts = Array.from({ length: 9 }, (_, i) => {
    const fill = colours[i % 3];
    const x = own.between(0, WIDTH);
    const y = own.between(0, HEIGHT);
    const size = own.between(20, 80);
    return i % 2 === 0
      ? `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${fill}"/>`
      : `<rect x="${x}" y="${y}" width="${size}" height="${size * 0.7}" fill="${fill}"/>`;
  });
  return background(ground) + parts.join('');
};

/** A soft gradient between colours of one family. */
const gradient: Draw = (common, own) => {
  const angle = own.integer(0, 359);
  const base = common.integer(0, 359);
  const hue = () => (base + own.integer(-25, 25) + 360) % 360;
  return `<defs><linearGradient id="g" gradientTransform="rotate(${angle} .5 .5)"><stop stop-color="hsl(${hue()},60%,30%)"/><stop offset="1" stop-color="hsl(${hue()},70%,80%)"/></linearGradient></defs>${background('url(#g)')}`;
};

/** A blank sheet with a shade and a speck of its own. */
const blank: Draw = (_common, own) => {
  const tone = own.integer(236, 255);
  return background(`rgb(${tone},${tone},${tone - 3})`);
};

/** One arrangement of solids seen from two places: near ones move more than far ones, the light changes. */
const scene: Draw = (common, own) => {
  const shiftX = own.between(-60, 60);
  const shiftY = own.between(-18, 18);
  const zoom = own.between(0.85, 1.15);
  const light = own.between(-12, 12);
  const solids = Array.from({ length: 14 }, () => {
    const depth = common.between(0.25, 1);
    const hue = common.integer(0, 359);
    return {
      depth,
      hue,
      x: common.between(0, WIDTH),
      y: common.between(60, HEIGHT),
      size: common.between(30, 110),
      round: common.chance(0.5),
    };
  }).sort((a, b) => a.depth - b.depth);
  const parts = solids.map(({ depth, hue, x, y, size, round }) => {
    const cx = (x - 200) * zoom + 200 + shiftX * depth * 1.6;
    const cy = (y - 150) * zoom + 150 + shiftY * depth * 1.6;
    const s = size * depth * zoom;
    const fill = `hsl(${hue},55%,${45 + light}%)`;
    const shade = `<ellipse cx="${cx + light}" cy="${cy + s * 0.55}" rx="${s * 0.6}" ry="${s * 0.15}" fill="#000" fill-opacity=".35"/>`;
    return round
      ? `${shade}<circle cx="${cx}" cy="${cy}" r="${s / 2}" fill="${fill}"/>`
      : `${shade}<rect x="${cx - s / 2}" y="${cy - s / 2}" width="${s}" height="${s}" fill="${fill}"/>`;
  });
  return `${background(`hsl(${common.integer(0, 359)},25%,${62 + light}%)`)}${parts.join('')}`;
};

/** Families of look-alikes by name. */
export const FAMILIES: Readonly<Record<string, Draw>> = { page, logo, chart, shapes, gradient, blank, scene };

/** A drawn pair: the second is not a copy of the first. */
export async function drawPair(family: string, seed: number): Promise<[Raster, Raster]> {
  const draw = FAMILIES[family]!;
  const one = (own: number) => render(draw(makeRandom(seed * 1000), makeRandom(seed * 1000 + own)));
  return [await one(1), await one(2)];
}

async function render(svg: string): Promise<Raster> {
  const document = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif">${svg}</svg>`;
  const { data, info } = await sharp(Buffer.from(document))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
