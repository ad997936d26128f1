import type { EarlyEnd } from '../../../domain/media.ts';

/** A file with sound on disk: audio, or a video whose sound track is meant. Its name says nothing about its type. */
export interface AudioSource {
  readonly path: string;
}

/** What sound may cost before it is refused (`media_too_large`) or given up (`corrupt_media`). */
export interface AudioLimits {
  readonly maxBytes: number;
  readonly maxDurationMs: number;
  /** Resident memory of the decoding process. */
  readonly maxMemoryBytes: number;
  /** Time without any sign of progress after which the decoder counts as hung. */
  readonly stallMs: number;
  /** Total time of one decoding. */
  readonly timeoutMs: number;
}

/** 16 GiB, 24 hours; 500 MB and 30 s without progress for the process that decodes. */
export const DEFAULT_AUDIO_LIMITS: AudioLimits = {
  maxBytes: 16 * 1024 ** 3,
  maxDurationMs: 24 * 3_600_000,
  maxMemoryBytes: 500 * 1024 ** 2,
  stallMs: 30_000,
  timeoutMs: 2 * 3_600_000,
};

/** What the container says of its best sound track. */
export interface AudioInfo {
  /** Registered media type, by content: `audio/mpeg`, `audio/ogg`, `video/mp4`, … */
  readonly mediaType: string;
  readonly codec: string;
  /** Samples a second of the file. */
  readonly sampleRate: number;
  readonly channels: number;
  /** By the container; 0 when it does not say. */
  readonly durationMs: number;
}

/** Samples a second that are fingerprinted: 16 bits, one channel. */
export const AUDIO_RATE = 8000;

/**
 * Decodes sound where a crash, a hang or a memory hog takes nothing else down. Implemented by `server/media/audio/`.
 *
 * All throw `InputError`: `empty_file`, `unsupported_media` (no sound track, encrypted, unknown codec),
 * `corrupt_media` (nothing decodable, decoder crashed or hung), `media_too_large`; `NotFoundError('unknown_content')`;
 * `InternalError` when the decoding process does not run.
 */
export interface AudioDecoder {
  probe(source: AudioSource, limits?: AudioLimits): Promise<AudioInfo>;
  /**
   * The whole track as 16-bit samples at `AUDIO_RATE`, all channels mixed to one, in pieces of at most a few
   * seconds; a slow reader slows the decoder down. Damaged packets are skipped. A track without samples yields none.
   * `onEnd` is told after the last piece whether the track ends long before its container says.
   */
  read(
    source: AudioSource,
    limits?: AudioLimits,
    onEnd?: (earlyEnd: EarlyEnd | null) => void,
  ): AsyncIterable<Int16Array>;
}
