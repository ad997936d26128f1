import type { Digest } from '../../../domain/digest.ts';
import type { Vector } from '../../../domain/fingerprint.ts';

/** About a second of sound. Windows overlap: one starts every 512 ms where it is not silent. */
export interface AudioWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly code: Digest;
  readonly vector: Vector;
}

/** The fingerprint of a sound. */
export interface AudioPrint {
  readonly medium: 'audio';
  readonly modelDigest: Digest;
  readonly durationMs: number;
  /** Nothing but silence: registered by hash, never matched by ear. */
  readonly lowInformation: boolean;
  /** Majority of the windows' codes, mean of their vectors. Null with low information. */
  readonly whole: { readonly code: Digest; readonly vector: Vector } | null;
  readonly windows: readonly AudioWindow[];
  /** Loudness in dB (offset by a constant) of 8 bands every 32 ms, 8 bytes each: to set times exactly. */
  readonly sketch: Uint8Array;
}

/** A window of a query, which are taken more densely than is stored. */
export interface FineWindow {
  readonly startMs: number;
  readonly code: Digest;
  readonly vector: Vector;
}

/** What is made of a query: its print, and windows every 128 ms, which are not stored. */
export interface AudioQueryPrint {
  readonly print: AudioPrint;
  readonly fine: readonly FineWindow[];
}
