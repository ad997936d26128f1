import sharp from 'sharp';

/**
 * Pictures drawn from a number, for the demo, the crash test and benchmarks without a media folder: each seed gives
 * its own composition of sky, hills, buildings, sun, foliage and texture, so that two seeds never look alike.
 */

/** Uniform numbers in 0…1 from a seed: Marsaglia's xorshift32 (2003), its state spread by a golden-ratio multiply. */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const WIDTH = 640;
const HEIGHT = 480;

function composition(seed: number): string {
  const random = randomFrom(seed);
  const between = (low: number, high: number) => low + random() * (high - low);
  const colour = (lightness = between(25, 75)) =>
    `hsl(${Math.floor(random() * 360)} ${Math.floor(between(25, 90))}% ${Math.floor(lightness)}%)`;
  const parts: string[] = [];
  parts.push(
    `<defs><linearGradient id="sky" x2="${random().toFixed(2)}" y2="1"><stop stop-color="${colour()}"/><stop offset="1" stop-color="${colour(80)}"/></linearGradient></defs>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>`,
    `<circle cx="${between(40, 600)}" cy="${between(30, 220)}" r="${between(15, 90)}" fill="${colour(85)}" opacity="0.85"/>`,
  );
  for (let layer = 0, base = between(180, 260); layer < 3; layer++, base += between(50, 90)) {
    let path = `M0 ${HEIGHT}L0 ${base}`;
    for (let x = 0; x <= WIDTH; x += between(30, 120))
      path += `L${x.toFixed(0)} ${(base + between(-70, 40)).toFixed(0)}`;
    parts.push(`<path d="${path}L${WIDTH} ${base}L${WIDTH} ${HEIGHT}Z" fill="${colour(50 - layer * 12)}"/>`);
  }
  const kind = Math.floor(random() * 4);
  const count = Math.floor(between(6, 26));
  for (let i = 0; i < count; i++) {
    const x = between(0, WIDTH);
    const y = between(140, HEIGHT);
    const size = between(14, 110);
    const fill = colour();
    if (kind === 0)
      parts.push(
        `<rect x="${x}" y="${y - size}" width="${size * between(0.3, 0.9)}" height="${size * 2}" fill="${fill}" stroke="${colour(20)}" stroke-width="${between(0, 4)}"/>`,
      );
    else if (kind === 1)
      parts.push(
        `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * between(0.3, 1)}" fill="${fill}" opacity="${between(0.5, 1)}" transform="rotate(${between(0, 180)} ${x} ${y})"/>`,
      );
    else if (kind === 2)
      parts.push(
        `<path d="M${x} ${y}l${between(-size, size)} ${-size}l${between(-size, size)} ${size * 1.4}q${size} ${-size} ${between(-size, size)} ${size}z" fill="${fill}"/>`,
      );
    else
      parts.push(
        `<path d="M${x} ${HEIGHT}Q${x + between(-80, 80)} ${y} ${x + between(-60, 60)} ${y - size}" stroke="${fill}" stroke-width="${between(2, 16)}" fill="none"/><circle cx="${x}" cy="${y}" r="${size * 0.3}" fill="${colour()}"/>`,
      );
  }
  for (let i = 0; i < 60; i++) {
    parts.push(
      `<circle cx="${between(0, WIDTH)}" cy="${between(0, HEIGHT)}" r="${between(0.6, 5)}" fill="${colour()}" opacity="${between(0.3, 0.9)}"/>`,
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${parts.join('')}</svg>`;
}

/** A picture of its own for every seed: JPEG, 640 × 480 or narrower. */
export function drawPicture(seed: number, width = WIDTH): Promise<Buffer> {
  return sharp(Buffer.from(composition(seed)))
    .resize(width)
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** An edit that a copyist might make, by name. */
export const SAMPLE_EDITS: Readonly<Record<string, (picture: Buffer, other: Buffer) => Promise<Buffer>>> = {
  'recompressed small': (picture) => sharp(picture).resize(320).jpeg({ quality: 40 }).toBuffer(),
  cropped: (picture) =>
    sharp(picture).extract({ left: 120, top: 60, width: 420, height: 340 }).jpeg().toBuffer(),
  mirrored: (picture) => sharp(picture).flop().jpeg({ quality: 80 }).toBuffer(),
  'rotated 90°': (picture) => sharp(picture).rotate(90).jpeg().toBuffer(),
  'gray and tilted': (picture) =>
    sharp(picture).grayscale().rotate(8, { background: 'white' }).jpeg().toBuffer(),
  'captioned like a meme': (picture) =>
    sharp(picture)
      .extend({ top: 90, background: 'white' })
      .composite([
        {
          input: Buffer.from(
            `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="90"><text x="20" y="58" font-size="40" font-family="sans-serif" font-weight="bold">when they ask whose it is</text></svg>`,
          ),
          top: 0,
          left: 0,
        },
      ])
      .jpeg()
      .toBuffer(),
  'pasted into another picture': async (picture, other) => {
    const small = await sharp(picture).resize(300).toBuffer();
    return sharp(other)
      .composite([{ input: small, left: 290, top: 190 }])
      .jpeg({ quality: 85 })
      .toBuffer();
  },
};
