import type { EarlyEnd } from '../../../domain/media.ts';
import { InputError } from '../../../errors.ts';
import type { AudioDecoder, AudioLimits, AudioSource } from './audio-decoder.ts';
import { AUDIO_RATE, DEFAULT_AUDIO_LIMITS } from './audio-decoder.ts';

/**
 * First stage for audio: the file to samples, in order, in constant memory. Throws as the decoder does; `corrupt_media`
 * for a track without a single sample, `media_too_large` for one that turns out longer than its container said. `onEnd`
 * is told after the last sample whether the track ends long before that.
 */
export async function* decodeAudio(
  source: AudioSource,
  decoder: AudioDecoder,
  limits: AudioLimits = DEFAULT_AUDIO_LIMITS,
  onEnd?: (earlyEnd: EarlyEnd | null) => void,
): AsyncGenerator<Int16Array> {
  let count = 0;
  for await (const samples of decoder.read(source, limits, onEnd)) {
    count += samples.length;
    if ((count * 1000) / AUDIO_RATE > limits.maxDurationMs) {
      throw new InputError('media_too_large', `the sound lasts longer than ${limits.maxDurationMs / 1000} s`);
    }
    if (samples.length > 0) yield samples;
  }
  if (count === 0) throw new InputError('corrupt_media', 'the sound track has no samples');
}
