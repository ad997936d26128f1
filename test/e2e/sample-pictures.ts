/** Pictures drawn for the tests: no foreign media, and different enough to tell apart by eye. */
import sharp from 'sharp';

/** Draws a landscape of its own for each seed, as PNG. */
export async function drawPicture(seed: number, width = 900, height = 600): Promise<Buffer> {
  let state = seed * 2654435761 + 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const hue = Math.floor(random() * 360);
  const color = (shift: number, light: number) =>
    `hsl(${(hue + shift) % 360} ${35 + random() * 30}% ${light}%)`;
  const shapes: string[] = [`<rect width="${width}" height="${height}" fill="${color(0, 78)}"/>`];
  shapes.push(
    `<circle cx="${random() * width}" cy="${height * 0.25}" r="${40 + random() * 70}" fill="${color(150, 88)}"/>`,
  );
  for (let layer = 0; layer < 5; layer++) {
    const base = height * (0.35 + layer * 0.13);
    let path = `M0 ${height}V${base}`;
    for (let x = 0; x <= width; x += 60) path += `L${x} ${(base + (random() - 0.5) * 110).toFixed(0)}`;
    shapes.push(`<path d="${path}V${height}z" fill="${color(layer * 16, 62 - layer * 11)}"/>`);
  }
  for (let i = 0; i < 26; i++) {
    const [x, y, r] = [random() * width, height * (0.55 + random() * 0.42), 6 + random() * 22];
    shapes.push(
      `<path d="M${x} ${y - r * 2}l${r} ${r * 2}h${-2 * r}z" fill="${color(80 + i * 9, 25 + random() * 30)}"/>`,
    );
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** A mirrored cut-out of a picture: left, top, width and height in fractions. */
export async function mirroredCrop(
  picture: Buffer,
  box: { x: number; y: number; width: number; height: number },
): Promise<Buffer> {
  const { width = 1, height = 1 } = await sharp(picture).metadata();
  const area = {
    left: Math.round(box.x * width),
    top: Math.round(box.y * height),
    width: Math.round(box.width * width),
    height: Math.round(box.height * height),
  };
  return sharp(picture).extract(area).flop().jpeg({ quality: 70 }).toBuffer();
}
