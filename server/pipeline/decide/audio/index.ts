export type { AudioCalibration } from './calibration.ts';
export {
  mostSoundProbability,
  soundFeatures,
  soundProbability,
  UNCALIBRATED_AUDIO,
  UNCALIBRATED_AUDIO_POLICY,
} from './calibration.ts';
export type { AudioVerdict, JudgedSound, JudgedSoundWork, SoundClaim, SoundWorkClaim } from './claims.ts';
export { decideAudio } from './decide-audio.ts';
export { explainAudio, explainSound } from './explain-audio.ts';
