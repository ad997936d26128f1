import type { Random } from './picture.ts';

/** One drawing: `common` is the same for all pictures of a group, `own` is not. Gives SVG of `WIDTH` × `HEIGHT`. */
export type Draw = (common: Random, own: Random) => string;

export const WIDTH = 420;
export const HEIGHT = 320;

const WORDS =
  'annual report sales team plan next goal user name mail city date total price order item note'.split(' ');

/** The whole sheet in one colour. */
export const ground = (fill: string) => `<rect width="${WIDTH}" height="${HEIGHT}" fill="${fill}"/>`;

/** Some words. */
export const phrase = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.pick(WORDS)).join(' ');

/** The same part drawn several times. */
export const times = (count: number, draw: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => draw(i)).join('');

/** A colour of some lightness (percent). */
export const tone = (random: Random, light: number) =>
  `hsl(${random.integer(0, 359)},${random.integer(25, 80)}%,${light}%)`;

/** A sign within `size` pixels around a point: a polygon, a star, bars, rings, an arrow, letters or a curve. */
export function glyph(random: Random, x: number, y: number, size: number, fill: string): string {
  const r = size / 2;
  const kind = random.integer(0, 6);
  const at = (radius: number, angle: number) =>
    `${(x + radius * Math.cos(angle)).toFixed(1)},${(y + radius * Math.sin(angle)).toFixed(1)}`;
  if (kind === 0) {
    const sides = random.integer(3, 8);
    const turn = random() * Math.PI;
    const inner = random.chance(0.5) ? random.between(0.35, 0.7) : 1;
    const points = Array.from({ length: sides * 2 }, (_, i) =>
      at(i % 2 === 0 ? r : r * inner, turn + (i * Math.PI) / sides),
    );
    return `<polygon points="${points.join(' ')}" fill="${fill}"/>`;
  }
  if (kind === 1) {
    const bars = random.integer(2, 4);
    return times(
      bars,
      (i) =>
        `<rect x="${x - r}" y="${y - r + (i * size) / bars}" width="${random.between(0.3, 1) * size}" height="${(0.6 * size) / bars}" fill="${fill}"/>`,
    );
  }
  if (kind === 2) {
    const hole = random.between(0.3, 0.7) * r;
    return `<circle cx="${x + random.between(-0.2, 0.2) * r}" cy="${y}" r="${(r + hole) / 2}" fill="none" stroke="${fill}" stroke-width="${r - hole}"/>`;
  }
  if (kind === 3) {
    const turn = random.integer(0, 7) * 45;
    return `<path d="M${x - r} ${y - r * 0.2}h${r}v${-r * 0.5}L${x + r} ${y}L${x} ${y + r * 0.7}v${-r * 0.5}h${-r}z" fill="${fill}" transform="rotate(${turn} ${x} ${y})"/>`;
  }
  if (kind === 4) {
    const letters =
      random.pick([...'ABEGKMQRSWXZ236789&?']) + (random.chance(0.4) ? random.pick([...'ANTO14']) : '');
    return `<text x="${x}" y="${y + r * 0.7}" font-size="${size * (letters.length > 1 ? 0.8 : 1.1)}" font-weight="bold" text-anchor="middle" fill="${fill}">${letters.replace('&', '&amp;')}</text>`;
  }
  if (kind === 5) {
    const bend = () => `${x + random.between(-r, r)} ${y + random.between(-r, r)}`;
    return `<path d="M${bend()} Q${bend()} ${bend()} T${bend()} T${bend()}" stroke="${fill}" stroke-width="${size * 0.12}" fill="none" stroke-linecap="round"/>`;
  }
  return times(random.integer(2, 5), () => {
    const dot = random.between(0.12, 0.3) * size;
    return `<circle cx="${x + random.between(-0.7, 0.7) * r}" cy="${y + random.between(-0.7, 0.7) * r}" r="${dot}" fill="${fill}"/>`;
  });
}
