export { createNodeAvAudioDecoder, SOUND_PROGRAM } from './node-av-audio-decoder.ts';
export { looksLikeSound } from './sniff-sound.ts';
