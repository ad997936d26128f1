/** A small grey picture, values 0…255. */
export interface Gray {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Float32Array;
}

/** Mean over areas; never enlarges beyond what bilinear reading gives. */
export function resize(image: Gray, width: number, height: number): Gray {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const y0 = (y * image.height) / height;
    const y1 = ((y + 1) * image.height) / height;
    for (let x = 0; x < width; x++) {
      data[y * width + x] = areaMean(
        image,
        (x * image.width) / width,
        y0,
        ((x + 1) * image.width) / width,
        y1,
      );
    }
  }
  return { width, height, data };
}

/** Shrinks to a long side; small pictures stay. */
export function shrink(image: Gray, side: number): Gray {
  const ratio = side / Math.max(image.width, image.height);
  if (ratio >= 1) return image;
  return resize(
    image,
    Math.max(1, Math.round(image.width * ratio)),
    Math.max(1, Math.round(image.height * ratio)),
  );
}

/** Left and right changed over. */
export function mirror({ width, height, data }: Gray): Gray {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[y * width + x] = data[y * width + width - 1 - x]!;
  }
  return { width, height, data: out };
}

/** Mean of up to 2 × 2 bilinear readings of an area given in pixels. */
export function areaMean(image: Gray, x0: number, y0: number, x1: number, y1: number): number {
  const nx = x1 - x0 > 1.4 ? 2 : 1;
  const ny = y1 - y0 > 1.4 ? 2 : 1;
  let sum = 0;
  for (let j = 0; j < ny; j++) {
    const v = y0 + ((j + 0.5) / ny) * (y1 - y0) - 0.5;
    for (let i = 0; i < nx; i++) sum += bilinear(image, x0 + ((i + 0.5) / nx) * (x1 - x0) - 0.5, v);
  }
  return sum / (nx * ny);
}

function bilinear({ width, height, data }: Gray, u: number, v: number): number {
  const cu = Math.min(width - 1, Math.max(0, u));
  const cv = Math.min(height - 1, Math.max(0, v));
  const x0 = Math.floor(cu);
  const y0 = Math.floor(cv);
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  const fx = cu - x0;
  const top = data[y0 * width + x0]! * (1 - fx) + data[y0 * width + x1]! * fx;
  const bottom = data[y1 * width + x0]! * (1 - fx) + data[y1 * width + x1]! * fx;
  return top + (bottom - top) * (cv - y0);
}
