export { decodeIscc, encodeUnit } from './codec.ts';
export { computeIscc, type IsccInput } from './compute-iscc.ts';
export { type ByteCodes, hashBytes } from './hash-bytes.ts';
export type { FullPicture } from './image-pixels.ts';
export type { IsccSource } from './iscc-source.ts';
export { FRAME_SIGNATURE_LENGTH } from './video-code.ts';
