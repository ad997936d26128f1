import { RIVALS } from './video-code-rivals.ts';

/** Values of one frame signature (MPEG-7 video signature, ISO/IEC 15938-3 Amd 4): each 0, 1 or 2. */
export const FRAME_SIGNATURE_LENGTH = 380;

/** Takes frame signatures as they come. */
export interface VideoHasher {
  /** 380 values. A signature that came before does not count again: what stands still weighs as little as it shows. */
  push(signature: ArrayLike<number>): void;
  /** Body of a Video-Code, 256 bits; null when no frame came. */
  finish(): Uint8Array | null;
}

/** Video-Code (ISO 24138, 5.6): Winner-Takes-All over the sum of all different frame signatures. */
export function createVideoHasher(): VideoHasher {
  const sums = new Float64Array(FRAME_SIGNATURE_LENGTH);
  const seen = new Set<string>();
  return {
    push(signature) {
      if (signature.length !== FRAME_SIGNATURE_LENGTH) throw new RangeError(`${signature.length} values`);
      const key = String.fromCharCode(...Array.from(signature));
      if (seen.has(key)) return;
      seen.add(key);
      for (let i = 0; i < FRAME_SIGNATURE_LENGTH; i++) sums[i]! += signature[i]!;
    },
    finish() {
      if (seen.size === 0) return null;
      const body = new Uint8Array(32);
      for (let bit = 0; bit < 256; bit++) {
        // The second has to be larger to win.
        if (sums[RIVALS[2 * bit + 1]!]! > sums[RIVALS[2 * bit]!]!) body[bit >>> 3]! |= 0x80 >>> (bit & 7);
      }
      return body;
    },
  };
}
