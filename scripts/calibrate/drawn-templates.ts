/** Drawings of one template around other content: what two of a group share is no evidence that one copies the other. */
import { type Draw, glyph, ground, HEIGHT, phrase, times, tone, WIDTH } from './drawing.ts';
import { makeRandom, randomColour } from './picture.ts';

/** A road sign: one shape and rim, another pictogram. */
const sign: Draw = (common, own) => {
  const rim = tone(common, 45);
  const inside = common.pick(['#fff', '#ffd', tone(common, 60)]);
  const ink = own.pick(['#111', '#111', tone(own, 30)]);
  const shape = common.pick([
    'M210 20L390 300H30Z',
    'M210 15L385 160L210 305L35 160Z',
    'M60 30H360V290H60Z',
    'M130 20H290L395 110V210L290 300H130L25 210V110Z',
  ]);
  return `${ground(tone(common, 75))}<path d="${shape}" fill="${inside}" stroke="${rim}" stroke-width="${common.integer(14, 26)}" stroke-linejoin="round"/>${glyph(own, 210, 190, own.integer(80, 120), ink)}`;
};

/** The icon of an application: one rounded tile, another glyph. */
const icon: Draw = (common, own) => {
  const [a, b] = [tone(common, 40), tone(common, 65)];
  const size = common.integer(200, 290);
  const [x, y] = [210 - size / 2, 160 - size / 2];
  const radius = common.integer(20, 70);
  return `<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${b}"/><stop offset="1" stop-color="${a}"/></linearGradient></defs>${ground(common.pick(['#fff', '#222', '#e8e8ee']))}<rect x="${x}" y="${y}" width="${size}" height="${size}" rx="${radius}" fill="url(#g)"/>${glyph(own, 210, 160, size * own.between(0.4, 0.65), '#fff')}`;
};

/** A playing card: frame and corners of one deck, other ranks and signs. */
const card: Draw = (common, own) => {
  const ink = tone(common, 35);
  const rank = own.pick([...'23456789JQKA']);
  const count = own.integer(1, 9);
  const seed = own.integer(1, 1e6);
  // The same sign at every place: its generator starts anew.
  const pip = (x: number, y: number) => glyph(makeRandom(seed), x, y, 38, ink);
  return `${ground(tone(common, 30))}<rect x="90" y="10" width="240" height="300" rx="16" fill="#fff"/><rect x="104" y="24" width="212" height="272" rx="8" fill="none" stroke="${ink}" stroke-width="3"/><text x="112" y="58" font-size="30" fill="${ink}">${rank}</text><text x="306" y="288" font-size="30" fill="${ink}" text-anchor="end">${rank}</text>${times(count, (i) => pip(160 + (i % 3) * 50, 100 + Math.floor(i / 3) * 60))}`;
};

/** A postage stamp: one perforated edge and frame, another picture and value. */
const stamp: Draw = (common, own) => {
  const [paper, frame] = [tone(common, 88), tone(common, 40)];
  const teeth = times(24, (i) =>
    [0, 1].map((side) => `<circle cx="${40 + i * 15}" cy="${side * 300 + 10}" r="5" fill="#555"/>`).join(''),
  );
  const scene = `<rect x="60" y="40" width="300" height="200" fill="${tone(own, 75)}"/><path d="M60 240L${own.integer(90, 180)} ${own.integer(90, 170)}L${own.integer(190, 260)} 220L${own.integer(270, 320)} ${own.integer(80, 180)}L360 240Z" fill="${tone(own, 40)}"/><circle cx="${own.integer(90, 330)}" cy="${own.integer(60, 110)}" r="${own.integer(12, 30)}" fill="${tone(own, 65)}"/>${glyph(own, own.integer(100, 320), 190, own.integer(40, 80), tone(own, 25))}`;
  return `${ground('#555')}<rect x="30" y="10" width="360" height="300" fill="${paper}"/>${teeth}${scene}<rect x="60" y="40" width="300" height="200" fill="none" stroke="${frame}" stroke-width="6"/><text x="70" y="282" font-size="24" fill="${frame}">${phrase(own, 1)}</text><text x="350" y="284" font-size="34" text-anchor="end" fill="${frame}">${own.integer(1, 99)}</text>`;
};

/** A bottle or tin in one shape, with another label. */
const label: Draw = (common, own) => {
  const [wall, body] = [tone(common, 80), tone(common, 35)];
  const wide = common.integer(120, 190);
  const [x, neck] = [210 - wide / 2, common.integer(30, 60)];
  return `${ground(wall)}<rect y="270" width="${WIDTH}" height="50" fill="${tone(common, 55)}"/><rect x="${210 - neck / 2}" y="15" width="${neck}" height="60" fill="${body}"/><rect x="${x}" y="65" width="${wide}" height="230" rx="22" fill="${body}"/><rect x="${x + 10}" y="75" width="10" height="200" fill="#fff" fill-opacity=".35"/><rect x="${x + 4}" y="120" width="${wide - 8}" height="120" fill="${own.chance(0.5) ? tone(common, 85) : tone(own, 80)}"/><text x="210" y="150" font-size="22" font-weight="bold" text-anchor="middle" fill="${tone(own, 25)}">${phrase(own, 1)}</text>${glyph(own, 210, 195, 60, tone(own, 40))}`;
};

/** A month of one calendar: the same grid and head, other days and entries. */
const calendar: Draw = (common, own) => {
  const bar = tone(common, 40);
  const first = own.integer(0, 6);
  const days = own.integer(28, 31);
  const cell = (i: number) => [10 + (i % 7) * 57, 70 + Math.floor(i / 7) * 41] as const;
  const grid = times(42, (i) => {
    const [x, y] = cell(i);
    return `<rect x="${x}" y="${y}" width="57" height="41" fill="#fff" stroke="#bbb"/>`;
  });
  const numbers = times(days, (i) => {
    const [x, y] = cell(first + i);
    const busy = own.chance(0.25)
      ? `<rect x="${x + 4}" y="${y + 20}" width="${own.integer(20, 48)}" height="14" rx="4" fill="${tone(own, 60)}"/>`
      : '';
    return `<text x="${x + 5}" y="${y + 15}" font-size="12">${i + 1}</text>${busy}`;
  });
  return `${ground('#f2f2f2')}<rect width="${WIDTH}" height="42" fill="${bar}"/><text x="14" y="29" font-size="22" fill="#fff">${phrase(own, 1)}</text>${grid}${numbers}`;
};

/** A board of one game, other positions. */
const board: Draw = (common, own) => {
  const [dark, light] = [tone(common, 35), tone(common, 80)];
  const size = common.integer(30, 36);
  const [left, top] = [210 - size * 4, 160 - size * 4];
  const squares = times(64, (i) => {
    const [x, y] = [i % 8, Math.floor(i / 8)];
    return `<rect x="${left + x * size}" y="${top + y * size}" width="${size}" height="${size}" fill="${(x + y) % 2 ? dark : light}"/>`;
  });
  const pieces = times(own.integer(8, 20), () => {
    const [x, y] = [own.integer(0, 7), own.integer(0, 7)];
    const fill = own.pick(['#111', '#fafafa']);
    return `<circle cx="${left + (x + 0.5) * size}" cy="${top + (y + 0.5) * size}" r="${size * own.pick([0.28, 0.34, 0.4])}" fill="${fill}" stroke="#777" stroke-width="2"/>`;
  });
  return `${ground(tone(common, 55))}${squares}${pieces}`;
};

/** A coin or medal: one rim with beads and lettering around another portrait. */
const coin: Draw = (common, own) => {
  const metal = `hsl(${common.integer(20, 60)},${common.integer(10, 60)}%,60%)`;
  const edge = `hsl(${common.integer(20, 60)},40%,30%)`;
  const beads = times(48, (i) => {
    const angle = (i * Math.PI) / 24;
    return `<circle cx="${210 + 136 * Math.cos(angle)}" cy="${160 + 136 * Math.sin(angle)}" r="4" fill="${edge}"/>`;
  });
  const turn = own.chance(0.5) ? '' : 'transform="translate(420 0) scale(-1 1)"';
  const top = own.integer(55, 110);
  const portrait = own.chance(0.3)
    ? glyph(own, 210, 155, own.integer(110, 150), edge)
    : `<path d="M${own.integer(160, 190)} 250Q150 190 ${own.integer(135, 185)} ${own.integer(100, 150)}Q190 ${top} 240 ${top + 20}L${own.integer(265, 310)} ${own.integer(130, 185)}L250 ${own.integer(188, 200)}L258 215L${own.integer(225, 250)} 250Z" fill="${edge}" ${turn}/>`;
  return `${ground(tone(common, 20))}<circle cx="210" cy="160" r="150" fill="${metal}" stroke="${edge}" stroke-width="5"/>${beads}${portrait}<text x="210" y="282" text-anchor="middle" font-size="18" fill="${edge}">${phrase(own, 1)} ${own.integer(1800, 2020)}</text>`;
};

/** A flag or scarf: the same stripes, another emblem. */
const flag: Draw = (common, own) => {
  const count = common.integer(2, 5);
  const colours = Array.from({ length: count }, () => randomColour(common));
  const upright = common.chance(0.4);
  const stripes = times(count, (i) =>
    upright
      ? `<rect x="${(i * WIDTH) / count}" width="${WIDTH / count + 1}" height="${HEIGHT}" fill="${colours[i]}"/>`
      : `<rect y="${(i * HEIGHT) / count}" width="${WIDTH}" height="${HEIGHT / count + 1}" fill="${colours[i]}"/>`,
  );
  return `${stripes}${glyph(own, 210, 160, own.integer(70, 150), randomColour(own))}`;
};

/** A web page of one design: head, menu, boxes; other headings and pictures. */
const site: Draw = (common, own) => {
  const bar = randomColour(common);
  const boxes = times(6, (i) => {
    const [x, y] = [110 + (i % 3) * 102, 70 + Math.floor(i / 3) * 122];
    return `<rect x="${x}" y="${y}" width="94" height="112" fill="#fff" stroke="#ddd"/><rect x="${x}" y="${y}" width="94" height="70" fill="${tone(own, 70)}"/>${glyph(own, x + 47, y + 35, own.integer(30, 60), tone(own, 35))}<text x="${x + 6}" y="${y + 86}" font-size="10">${phrase(own, 2)}</text><text x="${x + 6}" y="${y + 102}" font-size="10" fill="#888">${phrase(own, 2)}</text>`;
  });
  const menu = times(
    8,
    (i) => `<text x="12" y="${84 + i * 26}" font-size="12" fill="#445">${phrase(common, 1)}</text>`,
  );
  return `${ground('#f6f7f9')}<rect width="${WIDTH}" height="50" fill="${bar}"/><text x="14" y="33" font-size="22" font-weight="bold" fill="#fff">${phrase(common, 1)}</text><rect y="50" width="98" height="270" fill="#e6e8ee"/>${menu}${boxes}`;
};

/** Families by name. */
export const TEMPLATES: Readonly<Record<string, Draw>> = {
  sign,
  icon,
  card,
  stamp,
  label,
  calendar,
  board,
  coin,
  flag,
  site,
};
