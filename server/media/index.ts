export { encodeGray, encodeStrip } from './encode-pictures.ts';
export { createIsccSource } from './iscc/iscc-source.ts';
export { createImageDecoder } from './sharp-image-decoder.ts';
export { sniffImageFile, sniffImageType } from './sniff-image-type.ts';
export { keepSpareProcesses } from './spare-processes.ts';
export type { StartProcess } from './start-process.ts';
