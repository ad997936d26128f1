export type { DeviceType } from './decoding-device.ts';
export { createNodeAvVideoDecoder, FILM_PROGRAM } from './node-av-video-decoder.ts';
export { requireDevice } from './require-device.ts';
export { looksLikeContainer } from './sniff-container.ts';
