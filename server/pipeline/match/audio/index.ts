export type { AudioSegmentMatch, AudioWorkMatch, SoundEvidence, SoundStretch } from './audio-match.ts';
export type { MatchAudioDependencies, MatchAudioOptions } from './match-audio.ts';
export { matchAudio } from './match-audio.ts';
export type { NamedLine } from './place-on-line.ts';
export { placeOnLine } from './place-on-line.ts';
export type {
  SoundHit,
  SoundQuery,
  SoundSearch,
  SoundSource,
  SoundTrack,
  SoundWindow,
} from './sound-track.ts';
