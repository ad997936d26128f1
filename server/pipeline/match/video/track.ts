import type { Vector } from '../../../domain/fingerprint.ts';
import type { WorkId } from '../../../domain/ids.ts';

/** A stretch as matching needs it; the fingerprint stage's `SpanPrint` is one. */
export interface TrackSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly vector: Vector;
}

/** A video as matching needs it; the fingerprint stage's `VideoPrint` is one. */
export interface Track {
  readonly durationMs: number;
  readonly spans: readonly TrackSpan[];
}

/** A part of a query's frame; the fingerprint stage's `PartPrint` is one. */
export interface TrackPart {
  readonly span: number;
  readonly vector: Vector;
}

/** Frames of a stretch at full rate, small and grey; the decode stage's `GrayClip` is one. */
export interface GrayFrames {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly { readonly timeMs: number; readonly data: Uint8Array }[];
}

/** A stretch to read. */
export interface FrameRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly side: number;
  readonly maxFrames: number;
  /** Every other frame is enough. */
  readonly isRough?: boolean;
}

/** Reads frames of one video: the query's file, or the stored file of a registered work. */
export interface FrameReader {
  readClips(ranges: readonly FrameRange[]): Promise<readonly GrayFrames[]>;
}

/** Frames of the query that were kept when it was sampled. */
export interface SampledFrames {
  /** The frame that begins the stretch at this time, alone; null when it was not kept. */
  at(timeMs: number): GrayFrames | null;
}

/** A stretch of a registered work near a query vector. */
export interface FrameHit {
  readonly workId: WorkId;
  /** Index among the work's spans. */
  readonly span: number;
  /** Cosine, −1…1. */
  readonly similarity: number;
}

/** Nearest stretches over all registered videos of one model. Implemented by `server/search/`. */
export interface FrameSearch {
  query(vectors: readonly Vector[], count: number): FrameHit[][] | Promise<FrameHit[][]>;
}

/** Gives what was registered. */
export interface TrackSource {
  /** Unknown works are left out. */
  loadTracks(workIds: readonly WorkId[]): Promise<ReadonlyMap<WorkId, Track>>;
  /** Null when the file is not kept here: boundaries are then only as exact as the samples. */
  openFrames(workId: WorkId): Promise<FrameReader | null>;
}
