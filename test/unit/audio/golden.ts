/** Golden inputs of `models/colophon-audio@…/vectors.json`, by the formulas that stand there. */

function* states(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    yield state;
  }
}

/** 64 × 64 bytes, band (row) and frame (column). */
export function goldenPixels(kind: string, seed: number): Uint8Array {
  const random = states(seed);
  return Uint8Array.from({ length: 4096 }, (_, i) => {
    const row = i >> 6;
    const column = i & 63;
    if (kind === 'lcg') return random.next().value >>> 24;
    if (kind === 'linear') return (seed * column + 3 * row) % 256;
    return (((column >> 3) ^ (row >> 2)) * seed) % 256;
  });
}

/** Two seconds at 8 kHz. */
export function goldenPcm(kind: string, seed: number): Int16Array {
  const random = states(seed);
  return Int16Array.from({ length: 16_000 }, (_, n) => {
    if (kind === 'noise') return (random.next().value >>> 16) - 32768;
    if (kind === 'chirp') return (((n * (Math.floor(n / 8) + seed)) % 256) - 128) * 90;
    return (Math.floor((n * seed) / 100) % 2) * 8000 - 4000 + ((n * 7) % 64);
  });
}
