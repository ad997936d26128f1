import sharp from 'sharp';

/** Deterministic noise: a linear congruential generator, so that a seed always gives the same picture. */
export function randomOf(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A picture that no other seed resembles: gradients, shapes and texture, as SVG. */
export function pictureSvg(seed: number, width = 480, height = 360): string {
  const random = randomOf(seed);
  const colour = () => `hsl(${Math.floor(random() * 360)} ${40 + random() * 60}% ${20 + random() * 60}%)`;
  const shapes: string[] = [];
  for (let i = 0; i < 26; i++) {
    const x = random() * width;
    const y = random() * height;
    const size = 15 + random() * 110;
    const kind = Math.floor(random() * 4);
    const turn = `transform="rotate(${Math.floor(random() * 360)} ${x} ${y})"`;
    if (kind === 0)
      shapes.push(
        `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * (0.3 + random())}" fill="${colour()}" ${turn}/>`,
      );
    if (kind === 1)
      shapes.push(
        `<rect x="${x}" y="${y}" width="${size}" height="${size * (0.2 + random())}" fill="${colour()}" ${turn}/>`,
      );
    if (kind === 2)
      shapes.push(
        `<path d="M${x} ${y} q${size} ${-size} ${size * random() * 2} ${size}" stroke="${colour()}" stroke-width="${2 + random() * 14}" fill="none"/>`,
      );
    if (kind === 3)
      shapes.push(
        `<polygon points="${x},${y} ${x + size},${y + size * random()} ${x + size * random()},${y + size}" fill="${colour()}" ${turn}/>`,
      );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x2="1" y2="${random()}"><stop stop-color="${colour()}"/><stop offset="1" stop-color="${colour()}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>${shapes.join('')}</svg>`;
}

/** The picture of a seed as JPEG. */
export async function makeJpeg(seed: number, width = 480, height = 360): Promise<Uint8Array> {
  return await sharp(Buffer.from(pictureSvg(seed, width, height)))
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A light edit that stays the same picture: smaller, recompressed. */
export async function recompress(jpeg: Uint8Array, quality = 60): Promise<Uint8Array> {
  return await sharp(jpeg).resize({ width: 400 }).jpeg({ quality }).toBuffer();
}

/** A picture without a look. */
export async function makeBlank(level = 250, width = 320, height = 240): Promise<Uint8Array> {
  const background = { r: level, g: level, b: level };
  return await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}
