export { decodeImage } from './decode-image.ts';
export type { DecodeLimits, ImageDecoder, ImageSource } from './image-decoder.ts';
export { DEFAULT_DECODE_LIMITS } from './image-decoder.ts';
export { isLowInformation } from './low-information.ts';
export { mirrorRaster } from './mirror-raster.ts';
