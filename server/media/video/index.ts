export { createNodeAvVideoDecoder } from './node-av-video-decoder.ts';
export { looksLikeContainer } from './sniff-container.ts';
