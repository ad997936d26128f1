import sharp from 'sharp';
import type { Raster } from '../../server/domain/media.ts';
import { glyph, HEIGHT, phrase, times, tone, WIDTH } from './drawing.ts';
import { makeRandom, type Random, through } from './picture.ts';

/**
 * A photograph in one of many frames (a polaroid, a player, a post, a poster, a passe-partout). Two photographs in the frame of
 * one `group` share all but the photograph, and neither copies the other.
 */
export async function mountPicture(photograph: Raster, group: number): Promise<Raster> {
  const random = makeRandom(group * 6151 + 3);
  const { box, svg } = random.pick([polaroid, player, post, poster, passePartout])(random);
  const [left, top, width, height] = box;
  const small = await through(photograph, (image) => image.resize(width, height, { fit: 'cover' }));
  const frame = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif">${svg}</svg>`,
  );
  const { data, info } = await sharp(frame)
    .composite([{ input: Buffer.from(small.data), raw: { width, height, channels: 3 }, left, top }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

interface Frame {
  /** Left, top, width and height of the photograph in pixels. */
  readonly box: readonly [number, number, number, number];
  readonly svg: string;
}

const sheet = (fill: string) => `<rect width="${WIDTH}" height="${HEIGHT}" fill="${fill}"/>`;

function polaroid(random: Random): Frame {
  const side = random.integer(150, 210);
  const left = 210 - side / 2;
  return {
    box: [Math.round(left), 24, side, side],
    svg: `${sheet(tone(random, 35))}${times(40, (i) => `<path d="M0 ${i * 8 + random.between(-2, 2)}H420" stroke="#000" stroke-opacity=".15" stroke-width="3"/>`)}<rect x="${left - 16}" y="8" width="${side + 32}" height="${side + 84}" fill="#fdfcf5"/><text x="210" y="${side + 64}" font-size="26" text-anchor="middle">${phrase(random, 2)}</text>`,
  };
}

function player(random: Random): Frame {
  return {
    box: [0, 30, 420, 220],
    svg: `${sheet('#15161a')}<text x="10" y="21" fill="#ddd" font-size="14">${phrase(random, 4)}</text><rect x="12" y="266" width="396" height="5" fill="#555"/><rect x="12" y="266" width="${random.integer(40, 360)}" height="5" fill="${tone(random, 50)}"/><path d="M16 284l20 12l-20 12z" fill="#fff"/><text x="60" y="302" fill="#ddd" font-size="13">${random.integer(0, 9)}:${random.integer(10, 59)} / ${random.integer(10, 59)}:00</text>${glyph(random, 390, 296, 22, '#ddd')}`,
  };
}

function post(random: Random): Frame {
  return {
    box: [60, 76, 300, 190],
    svg: `${sheet('#eceef2')}<rect x="40" y="6" width="340" height="308" rx="10" fill="#fff"/><circle cx="70" cy="32" r="17" fill="${tone(random, 50)}"/><text x="96" y="30" font-size="14" font-weight="bold">${phrase(random, 2)}</text><text x="60" y="66" font-size="13">${phrase(random, 7)}</text>${times(4, (i) => glyph(random, 80 + i * 84, 290, 24, '#667'))}`,
  };
}

function poster(random: Random): Frame {
  const paint = tone(random, 45);
  const rays = times(16, (i) => {
    const [a, b] = [(i * Math.PI) / 8, ((i + 0.5) * Math.PI) / 8];
    return `<path d="M210 160L${210 + 300 * Math.cos(a)} ${160 + 300 * Math.sin(a)}L${210 + 300 * Math.cos(b)} ${160 + 300 * Math.sin(b)}Z" fill="${paint}"/>`;
  });
  return {
    box: [random.integer(90, 130), 80, random.integer(170, 220), 170],
    svg: `${sheet(tone(random, 80))}${rays}<rect x="20" y="12" width="380" height="54" fill="#fff"/><text x="210" y="52" font-size="34" font-weight="bold" text-anchor="middle">${phrase(random, 2).toUpperCase()}</text><text x="210" y="296" font-size="20" text-anchor="middle" font-weight="bold">${phrase(random, 4)}</text>`,
  };
}

function passePartout(random: Random): Frame {
  const [dark, light] = [tone(random, 25), tone(random, 70)];
  const carving = times(2, (side) =>
    times(
      14,
      (i) =>
        `<circle cx="${15 + i * 30}" cy="${14 + side * 292}" r="9" fill="${light}"/><circle cx="${14 + side * 392}" cy="${15 + i * 30}" r="9" fill="${light}"/>`,
    ),
  );
  return {
    box: [72, 62, 276, 196],
    svg: `${sheet(dark)}${carving}<rect x="28" y="28" width="364" height="264" fill="#f5f1e6"/><rect x="66" y="56" width="288" height="208" fill="#ddd6c4"/>`,
  };
}
