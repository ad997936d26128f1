/** Drawings of the same parts in another arrangement, or of one scene from another place. */
import { type Draw, glyph, ground, HEIGHT, phrase, times, tone, WIDTH } from './drawing.ts';
import { type Random, randomColour } from './picture.ts';

/** Triangles and strokes of the same colours, strewn otherwise. */
const confetti: Draw = (common, own) => {
  const colours = Array.from({ length: common.integer(2, 4) }, () => randomColour(common));
  const parts = times(common.integer(12, 30), (i) => {
    const [x, y, s] = [own.between(0, WIDTH), own.between(0, HEIGHT), own.between(12, 46)];
    const fill = colours[i % colours.length]!;
    return i % 3 === 0
      ? `<path d="M${x} ${y}l${own.between(-s, s)} ${own.between(-s, s)}" stroke="${fill}" stroke-width="6"/>`
      : `<path d="M${x} ${y}l${s} ${s * 0.3}l${-s * 0.7} ${s * 0.6}z" fill="${fill}" transform="rotate(${own.integer(0, 359)} ${x} ${y})"/>`;
  });
  return ground(randomColour(common)) + parts;
};

/** Curves of one style over the same axes. */
const plot: Draw = (common, own) => {
  const colours = [tone(common, 40), tone(common, 50), tone(common, 60)];
  const curves = times(common.integer(1, 3), (i) => {
    let y = own.between(80, 240);
    const points = Array.from({ length: 24 }, (_, k) => {
      y = Math.min(275, Math.max(30, y + own.between(-32, 32)));
      return `${55 + k * 15},${y.toFixed(1)}`;
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colours[i]}" stroke-width="3"/>`;
  });
  const lines = times(
    6,
    (i) =>
      `<path d="M50 ${40 + i * 44}H400" stroke="#ddd"/><text x="20" y="${44 + i * 44}" font-size="11">${(6 - i) * 10}</text>`,
  );
  return `${ground('#fff')}${lines}<path d="M50 20V285H405" fill="none" stroke="#222" stroke-width="2"/>${curves}<text x="200" y="308" font-size="12">${phrase(common, 2)}</text>`;
};

/** Houses of one kit, another street. */
const skyline: Draw = (common, own) => {
  const colours = Array.from({ length: 4 }, () => tone(common, common.integer(30, 60)));
  const lit = tone(common, 80);
  let x = -own.integer(0, 30);
  let out = '';
  while (x < WIDTH) {
    const [w, h] = [own.integer(36, 80), own.integer(80, 250)];
    out += `<rect x="${x}" y="${HEIGHT - h}" width="${w}" height="${h}" fill="${own.pick(colours)}"/>`;
    for (let r = 0; r < Math.floor(h / 24) - 1; r++) {
      for (let c = 0; c < Math.floor(w / 18); c++) {
        if (own.chance(0.6))
          out += `<rect x="${x + 5 + c * 18}" y="${HEIGHT - h + 10 + r * 24}" width="9" height="13" fill="${lit}"/>`;
      }
    }
    x += w + own.integer(0, 6);
  }
  return ground(tone(common, 70)) + out;
};

/** A table of one layout with other entries. */
const sheet: Draw = (common, own) => {
  const columns = common.integer(3, 6);
  const rows = common.integer(8, 12);
  const [w, h] = [400 / columns, 290 / rows];
  const head = tone(common, 45);
  return `${ground('#fff')}${times(columns * rows, (i) => {
    const [x, y] = [10 + (i % columns) * w, 15 + Math.floor(i / columns) * h];
    const isHead = i < columns;
    const text = isHead ? phrase(common, 1) : own.chance(0.5) ? String(own.integer(1, 9999)) : phrase(own, 1);
    return `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${isHead ? head : 'none'}" stroke="#999"/><text x="${x + 5}" y="${y + h * 0.68}" font-size="${h * 0.5}" fill="${isHead ? '#fff' : '#222'}">${text}</text>`;
  })}`;
};

/** Shelves of the same goods, put otherwise. */
const shelf: Draw = (common, own) => {
  const goods = Array.from({ length: 5 }, () => ({
    fill: tone(common, common.integer(30, 70)),
    w: common.integer(22, 40),
    h: common.integer(40, 80),
    round: common.chance(0.5),
  }));
  const rows = times(3, (row) => {
    const base = 100 + row * 102;
    let x = 8;
    let out = `<rect y="${base}" width="${WIDTH}" height="8" fill="#654"/>`;
    while (x < 385) {
      const { fill, w, h, round } = own.pick(goods);
      out += `<rect x="${x}" y="${base - h}" width="${w}" height="${h}" rx="${round ? w / 3 : 2}" fill="${fill}"/><rect x="${x + 3}" y="${base - h * 0.6}" width="${w - 6}" height="${h * 0.3}" fill="#fff" fill-opacity=".8"/>`;
      x += w + own.integer(2, 7);
    }
    return out;
  });
  return ground(tone(common, 85)) + rows;
};

const layers = (random: Random, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    depth: (i + 1) / count,
    fill: tone(random, 75 - i * 12),
    reach: random.pick([-50, -20, 20, 50]),
    points: Array.from({ length: 12 }, (_, k) => [k * 60 - 110, random.between(0, 60)] as const),
  }));

/** Hills and trees from two places of one path. What lies farther down is not always nearer: else the two were one picture, sheared. */
const valley: Draw = (common, own) => {
  const step = own.pick([-1, 1]) * own.between(0.6, 1);
  const hills = layers(common, 4);
  const trees = Array.from({ length: 12 }, () => ({
    x: common.between(-20, 440),
    depth: common.between(0.3, 1),
    tall: common.between(30, 80),
    fill: tone(common, 30),
    reach: common.pick([-60, -25, 25, 60]),
  })).sort((a, b) => a.depth - b.depth);
  const ridges = hills
    .map(({ depth, fill, points, reach }) => {
      const top = points.map(
        ([x, y]) => `${(x + step * reach).toFixed(1)},${(70 + depth * 130 + y).toFixed(1)}`,
      );
      return `<polygon points="-200,330 ${top.join(' ')} 700,330" fill="${fill}"/>`;
    })
    .join('');
  const wood = trees
    .map(({ x, depth, tall, fill, reach }) => {
      const [at, foot, size] = [x + step * reach, 150 + depth * 150, tall * depth];
      return `<polygon points="${at - size / 3},${foot} ${at + size / 3},${foot} ${at},${foot - size}" fill="${fill}"/>`;
    })
    .join('');
  return `${ground(tone(common, 80))}<circle cx="${common.integer(50, 370)}" cy="${common.integer(30, 70)}" r="22" fill="#ffd"/>${ridges}${wood}`;
};

/** A still life of the same things, moved a little each: shot again after somebody tidied up. */
const stillLife: Draw = (common, own) => {
  const parts = Array.from({ length: 8 }, () => ({
    x: common.between(30, 390),
    y: common.between(60, 290),
    size: common.between(30, 90),
    fill: tone(common, common.integer(30, 75)),
    round: common.chance(0.5),
  }));
  const drawn = parts.map(({ x, y, size, fill, round }) => {
    const [dx, dy, turn] = [own.between(-18, 18), own.between(-12, 12), own.integer(-12, 12)];
    const shape = round
      ? `<ellipse cx="${x}" cy="${y}" rx="${size / 2}" ry="${size * 0.4}" fill="${fill}"/>`
      : `<rect x="${x - size / 2}" y="${y - size / 2}" width="${size}" height="${size * 0.8}" rx="5" fill="${fill}"/>`;
    return `<g transform="translate(${dx} ${dy}) rotate(${turn} ${x} ${y})">${shape}<ellipse cx="${x}" cy="${y + size * 0.48}" rx="${size * 0.55}" ry="6" fill="#000" fill-opacity=".25"/></g>`;
  });
  return `${ground(tone(common, 70))}<rect y="150" width="${WIDTH}" height="170" fill="${tone(common, 50)}"/>${drawn.join('')}`;
};

/** Signs in the same rows, each sign another: a font, a set of icons, a page of a sticker album. */
const specimens: Draw = (common, own) => {
  const columns = common.integer(3, 5);
  const rows = common.integer(2, 4);
  const ink = tone(common, 30);
  const [w, h] = [WIDTH / columns, HEIGHT / rows];
  return `${ground(tone(common, 90))}${times(columns * rows, (i) => {
    const [x, y] = [((i % columns) + 0.5) * w, (Math.floor(i / columns) + 0.5) * h];
    return `<circle cx="${x}" cy="${y}" r="${Math.min(w, h) * 0.44}" fill="none" stroke="${ink}" stroke-width="2"/>${glyph(own, x, y, Math.min(w, h) * 0.55, ink)}`;
  })}`;
};

/** Families by name. */
export const ARRANGEMENTS: Readonly<Record<string, Draw>> = {
  confetti,
  plot,
  skyline,
  sheet,
  shelf,
  valley,
  stillLife,
  specimens,
};
