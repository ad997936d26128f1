export type { AudioDecoder, AudioInfo, AudioLimits, AudioSource } from './audio-decoder.ts';
export { AUDIO_RATE, DEFAULT_AUDIO_LIMITS } from './audio-decoder.ts';
export { decodeAudio } from './decode-audio.ts';
