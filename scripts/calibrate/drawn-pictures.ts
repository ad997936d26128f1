/**
 * Drawn pictures that resemble each other without being copies, for the calibration; other families than those of
 * `bench:lookalikes`, which reports. `common` is the same for all pictures of a group, `own` is not.
 */
import sharp from 'sharp';
import type { Raster } from '../../server/domain/media.ts';
import { type Draw, ground, HEIGHT, phrase, times, WIDTH } from './drawing.ts';
import { ARRANGEMENTS } from './drawn-arrangements.ts';
import { TEMPLATES } from './drawn-templates.ts';
import { makeRandom, randomColour } from './picture.ts';

/** A form or settings screen: the same fields' places, other labels and entries. */
const form: Draw = (common, own) => {
  const bar = randomColour(common);
  const rows = common.integer(4, 7);
  const left = common.integer(30, 120);
  return `${ground('#f4f5f7')}<rect width="${WIDTH}" height="36" fill="${bar}"/><text x="12" y="24" fill="#fff" font-size="16">${phrase(own, 2)}</text>${times(
    rows,
    (i) => {
      const y = 60 + i * 34;
      return `<text x="${left}" y="${y + 14}" font-size="12">${phrase(own, 1)}</text><rect x="${left + 90}" y="${y}" width="180" height="22" fill="#fff" stroke="#aab"/><text x="${left + 96}" y="${y + 15}" font-size="11" fill="#555">${own.chance(0.6) ? phrase(own, 2) : ''}</text>`;
    },
  )}`;
};

/** One motif repeated; another motif, in the same grid and colours. */
const tiles: Draw = (common, own) => {
  const size = common.integer(36, 64);
  const colours = [randomColour(common), randomColour(common), randomColour(common)];
  const turn = own.integer(0, 89);
  const kind = own.integer(0, 2);
  const scale = own.between(0.35, 0.8);
  return `${ground(colours[0]!)}${times(Math.ceil(WIDTH / size) * Math.ceil(HEIGHT / size), (i) => {
    const columns = Math.ceil(WIDTH / size);
    const x = (i % columns) * size + size / 2;
    const y = Math.floor(i / columns) * size + size / 2;
    const s = size * scale;
    const fill = colours[1 + (i % 2)]!;
    if (kind === 0) return `<circle cx="${x}" cy="${y}" r="${s / 2}" fill="${fill}"/>`;
    const points =
      kind === 1
        ? `${-s / 2},${s / 2} ${s / 2},${s / 2} 0,${-s / 2}`
        : `${-s / 2},0 0,${-s / 2} ${s / 2},0 0,${s / 2}`;
    return `<polygon points="${points}" fill="${fill}" transform="translate(${x} ${y}) rotate(${turn})"/>`;
  })}`;
};

/** Slides of one template. */
const slide: Draw = (common, own) => {
  const accent = randomColour(common);
  const side = common.chance(0.5);
  const bullets = own.integer(3, 5);
  return `${ground('#fff')}<rect ${side ? 'width="60" height="320"' : 'width="420" height="56"'} fill="${accent}"/><circle cx="385" cy="290" r="18" fill="${accent}"/><text x="80" y="96" font-size="26" font-weight="bold">${phrase(own, 3)}</text>${times(bullets, (i) => `<text x="96" y="${140 + i * 32}" font-size="16">• ${phrase(own, 5)}</text>`)}`;
};

/** Streets of one style of map, other streets. */
const map: Draw = (common, own) => {
  const [land, road, water] = [randomColour(common), randomColour(common), randomColour(common)];
  const bend = () => `${own.integer(-20, WIDTH)} ${own.integer(-20, HEIGHT)}`;
  return `${ground(land)}<path d="M${bend()} Q${bend()} ${bend()} T${bend()}" stroke="${water}" stroke-width="34" fill="none"/>${times(14, (i) => `<path d="M${bend()} Q${bend()} ${bend()}" stroke="${road}" stroke-width="${i < 3 ? 9 : 3}" fill="none"/>`)}${times(5, () => `<text x="${own.integer(0, 350)}" y="${own.integer(20, 310)}" font-size="11">${phrase(own, 1)}</text>`)}`;
};

/** Round seals of one design with other letters and signs. */
const seal: Draw = (common, own) => {
  const [outer, inner, paper] = [randomColour(common), randomColour(common), randomColour(common)];
  const letters = phrase(own, 2).toUpperCase().slice(0, own.integer(3, 6));
  return `${ground(paper)}<circle cx="210" cy="160" r="135" fill="${outer}"/><circle cx="210" cy="160" r="${common.integer(90, 118)}" fill="${inner}"/><text x="210" y="180" font-size="${own.integer(40, 60)}" font-weight="bold" text-anchor="middle" fill="#fff">${letters}</text>${times(own.integer(1, 5), (i) => `<circle cx="${150 + i * 30}" cy="230" r="9" fill="#fff"/>`)}`;
};

/** Faces from one construction kit. */
const face: Draw = (common, own) => {
  const [wall, skin] = [
    randomColour(common),
    `hsl(${common.integer(15, 40)},50%,${common.integer(45, 80)}%)`,
  ];
  const hair = randomColour(own);
  const [wide, tall] = [own.integer(60, 85), own.integer(80, 105)];
  const eye = own.integer(5, 12);
  const mouth = own.integer(-18, 26);
  return `${ground(wall)}<ellipse cx="210" cy="330" rx="130" ry="70" fill="${randomColour(own)}"/><ellipse cx="210" cy="${150 - own.integer(10, 30)}" rx="${wide + 14}" ry="${tall}" fill="${hair}"/><ellipse cx="210" cy="165" rx="${wide}" ry="${tall}" fill="${skin}"/>${[-1, 1].map((s) => `<circle cx="${210 + s * own.integer(24, 34)}" cy="150" r="${eye}" fill="#222"/>`).join('')}<path d="M180 215 Q210 ${215 + mouth} 240 215" stroke="#a33" stroke-width="6" fill="none"/>`;
};

/** One room from two places: the near table moves against the far wall. */
const room: Draw = (common, own) => {
  // Places apart: two steps of almost the same length would show almost the same picture.
  const step = own.pick([-60, -22, 22, 60]);
  const tone = (hue: number, l: number) => `hsl(${hue},35%,${l}%)`;
  const hue = common.integer(0, 359);
  const frames = Array.from(
    { length: 3 },
    () =>
      [
        common.integer(20, 340),
        common.integer(20, 90),
        common.integer(40, 80),
        common.integer(0, 359),
      ] as const,
  );
  const things = Array.from(
    { length: 7 },
    () =>
      [
        common.integer(0, 400),
        common.integer(180, 290),
        common.integer(20, 60),
        common.integer(0, 359),
        common.between(0.5, 1),
      ] as const,
  );
  return `${ground(tone(hue, 70))}<rect y="200" width="${WIDTH}" height="120" fill="${tone(hue + 40, 45)}"/>${frames.map(([x, y, s, h]) => `<rect x="${x + step * 0.4}" y="${y}" width="${s}" height="${s * 0.8}" fill="${tone(h, 55)}" stroke="#333" stroke-width="4"/>`).join('')}${things.map(([x, y, s, h, near]) => `<ellipse cx="${x + step * (0.4 + near)}" cy="${y}" rx="${s * 0.7}" ry="${s}" fill="${tone(h, 50)}"/>`).join('')}`;
};

/** Families by name. */
export const DRAWN: Readonly<Record<string, Draw>> = {
  ...{ form, tiles, slide, map, seal, face, room },
  ...TEMPLATES,
  ...ARRANGEMENTS,
};

/** Share of pixels that must differ by more than `VISIBLE` levels of brightness: else two draws are by chance the same picture. */
const LEAST_DIFFERENCE = 0.012;
const VISIBLE = 24;

/** Draws of one group until they count as alike: some groups take tones of one brightness. */
const DRAWS = 40;

/** Two pictures of group `group` of a family, neither a copy of the other; null when all of the group look the same. */
export async function drawLookAlikes(family: string, group: number): Promise<[Raster, Raster] | null> {
  const first = await drawPicture(family, group, 1);
  for (let own = 2; own < DRAWS; own++) {
    const second = await drawPicture(family, group, own);
    if (difference(first, second) >= LEAST_DIFFERENCE) return [first, second];
  }
  return null;
}

/** Picture `own` of group `group` of a family. */
async function drawPicture(family: string, group: number, own: number): Promise<Raster> {
  const svg = DRAWN[family]!(makeRandom(group * 7919 + 1), makeRandom(group * 7919 + own * 104_729 + 2));
  const document = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif">${svg}</svg>`;
  const { data, info } = await sharp(Buffer.from(document))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function difference(a: Raster, b: Raster): number {
  let differing = 0;
  for (let i = 0; i < a.data.length; i += 3) {
    const luma = ({ data }: Raster) => (data[i]! * 77 + data[i + 1]! * 150 + data[i + 2]! * 29) >> 8;
    if (Math.abs(luma(a) - luma(b)) > VISIBLE) differing++;
  }
  return differing / (a.width * a.height);
}
