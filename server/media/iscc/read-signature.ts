import { FRAME_SIGNATURE_LENGTH } from '../../pipeline/fingerprint/iscc/index.ts';

// Widths in bits of the fields of a video signature without compression (ISO/IEC 15938-3 Amd 4, binary form).
const REGION = 32 + 1 + 4 * 16 + 32;
const REGION_TIMES = 16 + 1 + 32 + 32;
const BAG_OF_WORDS = 243;
const SEGMENT = 4 * 32 + 1 + 5 * BAG_OF_WORDS;
const FRAME_HEAD = 1 + 32 + 8 + 5 * 8;
/** Values in a byte of a frame signature: digits to the base 3, the first one counts most. */
const DIGITS = 5;

/** Frame signatures of a binary video signature: 380 values 0…2 each. Stops where the bytes end. */
export function* readSignature(bytes: Uint8Array): Generator<Uint8Array> {
  const frames = readBits(bytes, REGION, 32);
  const segments = readBits(bytes, REGION + 32 + REGION_TIMES, 32);
  const packedBytes = FRAME_SIGNATURE_LENGTH / DIGITS;
  let at = REGION + 32 + REGION_TIMES + 32 + segments * SEGMENT + 1;
  for (let frame = 0; frame < frames; frame++) {
    at += FRAME_HEAD;
    if (at + packedBytes * 8 > bytes.length * 8) return;
    const signature = new Uint8Array(FRAME_SIGNATURE_LENGTH);
    for (let i = 0; i < packedBytes; i++, at += 8) {
      let rest = readBits(bytes, at, 8);
      for (let digit = DIGITS - 1; digit >= 0; digit--) {
        signature[i * DIGITS + digit] = rest % 3;
        rest = Math.floor(rest / 3);
      }
    }
    yield signature;
  }
}

/** An unsigned number of at most 32 bits, the first bit counts most; bits beyond the end are zero. */
function readBits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let bit = from; bit < from + count; bit++) {
    value = value * 2 + (((bytes[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1);
  }
  return value;
}
