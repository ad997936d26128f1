import type { Vector } from '../../../domain/fingerprint.ts';
import type { WorkId } from '../../../domain/ids.ts';

/** About a second of sound as matching needs it; the fingerprint stage's `AudioWindow` and `FineWindow` are ones. */
export interface SoundWindow {
  readonly startMs: number;
  readonly vector: Vector;
}

/** A registered sound as matching needs it; the fingerprint stage's `AudioPrint` is one. */
export interface SoundTrack {
  readonly durationMs: number;
  /** Every 512 ms, silent ones left out, in order. */
  readonly windows: readonly SoundWindow[];
  /** 8 bands every 32 ms, in dB. */
  readonly sketch: Uint8Array;
}

/** The sound asked about: a track with its windows taken every 128 ms. */
export interface SoundQuery {
  readonly durationMs: number;
  readonly fine: readonly SoundWindow[];
  readonly sketch: Uint8Array;
}

/** A window of a registered sound near a query vector. */
export interface SoundHit {
  readonly workId: WorkId;
  /** Index among the work's windows. */
  readonly window: number;
  /** Cosine, −1…1. */
  readonly similarity: number;
}

/** Nearest windows over all registered sounds of one model. Implemented by `server/search/`. */
export interface SoundSearch {
  query(vectors: readonly Vector[], count: number): SoundHit[][] | Promise<SoundHit[][]>;
}

/** Gives what was registered; unknown works are left out. */
export interface SoundSource {
  loadTracks(workIds: readonly WorkId[]): Promise<ReadonlyMap<WorkId, SoundTrack>>;
}
