import type { Deps } from './actions/deps.ts';
import type { PrintFollower } from './actions/follow-prints.ts';
import { createAudioPath } from './actions/media/audio-path.ts';
import type { OnDamaged } from './actions/media/decode-kept.ts';
import { createImagePath } from './actions/media/image-path.ts';
import { createMediaPaths, type MediaPaths } from './actions/media/media-paths.ts';
import { createTextPath } from './actions/media/text-path.ts';
import { createVideoPath } from './actions/media/video-path.ts';
import type { Config } from './config.ts';
import { type AudioModel, audioCalibration, audioPolicy } from './inference/audio/open-audio-model.ts';
import type { Model } from './inference/open-model.ts';
import { createNodeAvAudioDecoder, looksLikeSound, SOUND_PROGRAM } from './media/audio/index.ts';
import { encodeGray, encodeStrip, type StartProcess, sniffImageFile } from './media/index.ts';
import { isolatedTextReader } from './media/text/index.ts';
import { createNodeAvVideoDecoder, FILM_PROGRAM, looksLikeContainer } from './media/video/index.ts';
import { DEFAULT_AUDIO_LIMITS } from './pipeline/decode/audio/index.ts';
import { DEFAULT_TEXT_LIMITS } from './pipeline/decode/text/index.ts';
import { DEFAULT_VIDEO_LIMITS } from './pipeline/decode/video/index.ts';
import { TEXT_MODEL_DIGEST } from './pipeline/fingerprint/text/index.ts';
import type { VectorIndex } from './search/index.ts';
import { createMediaPrintStore } from './store/media-print-store.ts';
import { createTextIndexStore } from './store/text-index-store.ts';

/** What a check of a film needs: a look, two that sample, four readers of stretches; a look and the reading of its sound. */
export const SPARE_DECODERS = { [FILM_PROGRAM]: 7, [SOUND_PROGRAM]: 2 };

/** What the media tell of by themselves. */
export interface MediaEvents {
  readonly onDamaged: OnDamaged;
  /** A film was decoded by software after the device had failed on it. */
  readonly onDeviceFailure: (error: unknown) => void;
}

/** The media that are taken, each with its way through the stages; a further one is a further line. */
export function openMedia(
  config: Config,
  deps: Omit<Deps, 'media'>,
  follower: PrintFollower,
  model: Model,
  frames: VectorIndex,
  audioModel: AudioModel,
  sounds: VectorIndex,
  { onDamaged, onDeviceFailure }: MediaEvents,
  start: StartProcess,
): MediaPaths {
  const images = createImagePath({
    ...deps,
    follower,
    modelFiles: model.card,
    imagePolicy: model.policy,
    sniff: sniffImageFile,
  });
  const texts = createTextPath({
    reader: isolatedTextReader,
    limits: { ...DEFAULT_TEXT_LIMITS, maxTextBytes: config.media.maxTextBytes },
    texts: createTextIndexStore(deps.db, TEXT_MODEL_DIGEST),
  });
  const sound = createAudioPath({
    decoder: createNodeAvAudioDecoder({ start }),
    // A film of any size that is taken is listened to.
    limits: {
      ...DEFAULT_AUDIO_LIMITS,
      maxBytes: Math.max(config.media.maxAudioBytes, config.media.maxVideoBytes),
    },
    maxFileBytes: config.media.maxAudioBytes,
    looksLikeSound,
    prints: createMediaPrintStore(deps.db, 'audio'),
    search: sounds,
    embedder: audioModel.embedder,
    calibration: audioCalibration(audioModel.card),
    policy: audioPolicy(audioModel.card),
    modelFiles: audioModel.card,
    onDamaged,
    encodeGray,
  });
  const videos = createVideoPath({
    ...deps,
    decoder: createNodeAvVideoDecoder({ start, device: config.media.videoHardware, onDeviceFailure }),
    limits: { ...DEFAULT_VIDEO_LIMITS, maxBytes: config.media.maxVideoBytes },
    looksLikeContainer,
    prints: createMediaPrintStore(deps.db, 'video'),
    search: frames,
    modelFiles: model.card,
    async fileOf(workId) {
      const work = await deps.works.findWork(workId);
      return work && ((await deps.content.upload(work.contentId))?.path ?? null);
    },
    encodeStrip,
    encodeGray,
    sound,
    onDamaged,
  });
  return createMediaPaths([images, videos, sound, texts]);
}
