import type { EarlyEnd, Raster } from '../../../domain/media.ts';

/** A video file on disk. Its name says nothing about its type. */
export interface VideoSource {
  readonly path: string;
}

/** What a video may cost before it is refused (`media_too_large`) or given up (`corrupt_media`). */
export interface VideoLimits {
  readonly maxBytes: number;
  /** Width times height of a frame. */
  readonly maxPixels: number;
  readonly maxDurationMs: number;
  /** Resident memory of the decoding process. */
  readonly maxMemoryBytes: number;
  /** Time without any sign of progress after which the decoder counts as hung. */
  readonly stallMs: number;
  /** Total time of one decoding. */
  readonly timeoutMs: number;
}

/** 16 GiB, 8K, 12 hours; 700 MB and 30 s without progress for the process that decodes. */
export const DEFAULT_VIDEO_LIMITS: VideoLimits = {
  maxBytes: 16 * 1024 ** 3,
  maxPixels: 8192 * 4608,
  maxDurationMs: 12 * 3_600_000,
  maxMemoryBytes: 700 * 1024 ** 2,
  stallMs: 30_000,
  timeoutMs: 2 * 3_600_000,
};

/** What the container says of its best video track. */
export interface VideoInfo {
  /** Registered media type, by content: `video/mp4`, `video/webm`, … */
  readonly mediaType: string;
  readonly codec: string;
  /** Displayed size: rotation and pixel aspect applied. */
  readonly width: number;
  readonly height: number;
  /** Average frames a second; 0 when unknown. */
  readonly frameRate: number;
  /** By the container; 0 when it does not say. */
  readonly durationMs: number;
  readonly hasAudio: boolean;
}

/** Why a frame was taken: the clock, or the encoder's cut (a key frame off the clock). */
export type SampleCause = 'clock' | 'cut';

/** A frame taken for fingerprinting: upright, 8-bit RGB, long side at most `SAMPLE_SIDE`. */
export interface VideoSample {
  /** From the start of the track. */
  readonly timeMs: number;
  readonly cause: SampleCause;
  readonly raster: Raster;
}

/** A frame of a window at full frame rate, small and grey. */
export interface GrayFrame {
  readonly timeMs: number;
  /** `width × height` bytes. */
  readonly data: Uint8Array;
}

/** Frames between two times. All of one size. */
export interface GrayClip {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly GrayFrame[];
}

/** How frames are taken for fingerprinting. */
export interface SamplingPlan {
  /** Frames a second by the clock. */
  readonly perSecond: number;
  /** Take the encoder's cuts besides. */
  readonly cuts: boolean;
  /** Key frames alone serve where they stand at most this far apart. */
  readonly keyFrameGapMs: number;
  /** Where they stand farther apart and nothing is cut between them, the rest of a group may be passed over; never by default. */
  readonly quiet?: QuietGroups;
  /**
   * Parts of about this length are sampled each for itself, so that they may be decoded beside each other. What is sampled does not
   * depend on whether they are.
   */
  readonly partMs?: number;
  /**
   * A decoding device may be used, where there is one: its pictures differ a little from those of software, which anybody who
   * computes a fingerprint again decodes with. Only for what is compared and not recorded.
   */
  readonly onDevice?: boolean;
}

/** How much of a group of pictures stands for all of it. */
export interface QuietGroups {
  /** Seen after the key frame, and after whatever stands out. */
  readonly leastMs: number;
  /** Passed over at most. */
  readonly gapMs: number;
}

/** Where a stretch is read at full rate. */
export interface ClipRequest {
  readonly startMs: number;
  readonly endMs: number;
  /** Long side of the grey frames. */
  readonly side: number;
  /** At most this many frames; the stretch is cut short after them. */
  readonly maxFrames: number;
  /** Frames that no other refers to may be missing: half of them, for half of the work. */
  readonly isRough?: boolean;
}

/** Longest side of a sample in pixels: the network's 192 and room for parts of the picture. */
export const SAMPLE_SIDE = 320;

/**
 * Decodes videos where a crash, a hang or a memory hog takes nothing else down. Implemented by `server/media/video/`.
 *
 * All throw `InputError`: `empty_file`, `unsupported_media` (no video track, encrypted, unknown codec),
 * `corrupt_media` (nothing decodable, decoder crashed or hung), `media_too_large`; `NotFoundError('unknown_content')`;
 * `InternalError` when the decoding process does not run.
 */
export interface VideoDecoder {
  /** What the file is; one of its frames was decoded. */
  probe(source: VideoSource, limits?: VideoLimits): Promise<VideoInfo>;
  /**
   * Frames for fingerprinting, in order of time; a slow reader slows the decoder down. `onEnd` is told after the last
   * one whether the track ends long before its container says.
   */
  sample(
    source: VideoSource,
    plan: SamplingPlan,
    limits?: VideoLimits,
    onEnd?: (earlyEnd: EarlyEnd | null) => void,
  ): AsyncIterable<VideoSample>;
  /** The frames that are shown at some times, in colour, long side at most `side`; in the order asked. */
  readFrames(
    source: VideoSource,
    timesMs: readonly number[],
    side: number,
    limits?: VideoLimits,
  ): Promise<readonly VideoSample[]>;
  /** To read stretches at full rate. Whoever opens it closes it. */
  openClips(): ClipReader;
}

/** Reads stretches of videos, one after the other, in one process: to start one costs more than many a stretch. */
export interface ClipReader {
  /** Every frame shown between two times, for each stretch asked for. Empty where the track has none. Throws as the decoder. */
  readClips(
    source: VideoSource,
    requests: readonly ClipRequest[],
    limits?: VideoLimits,
  ): Promise<readonly GrayClip[]>;
  close(): void;
}
