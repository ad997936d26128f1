export { createNodeAvVideoDecoder, FILM_PROGRAM } from './node-av-video-decoder.ts';
export { looksLikeContainer } from './sniff-container.ts';
