export { createImageDecoder } from './sharp-image-decoder.ts';
export { sniffImageType } from './sniff-image-type.ts';
