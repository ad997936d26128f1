import type { Sketch } from '../../domain/fingerprint.ts';

const ENTROPIES = new WeakMap<Sketch, number>();

/**
 * How many tones a work has: the entropy of the brightness of its sketch, 0…8 bits. Photographs have about 7, drawings, pages and signs
 * about 3: what agrees in those agrees in others of their kind too.
 */
export function toneEntropy(sketch: Sketch): number {
  let entropy = ENTROPIES.get(sketch);
  if (entropy === undefined) {
    const counts = new Int32Array(256);
    for (const value of sketch.luma) counts[value] = counts[value]! + 1;
    entropy = 0;
    for (const count of counts) {
      const share = count / sketch.luma.length;
      if (count > 0) entropy -= share * Math.log2(share);
    }
    ENTROPIES.set(sketch, entropy);
  }
  return entropy;
}
