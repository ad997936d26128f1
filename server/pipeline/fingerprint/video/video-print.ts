import type { Digest } from '../../../domain/digest.ts';
import type { Vector } from '../../../domain/fingerprint.ts';
import type { Box, Raster } from '../../../domain/media.ts';

/** A frame as this stage takes it; the decode stage's `DecodedFrame` is one. */
export interface FrameInput {
  readonly timeMs: number;
  readonly raster: Raster;
  readonly content: Box;
  readonly mark: 'new' | 'still' | 'blank';
}

/** A stretch of a video that looks like its first frame. `index` 0 of a record's leaves is the whole work. */
export interface SpanPrint {
  readonly startMs: number;
  /** Where the next stretch (or a blank one) begins. */
  readonly endMs: number;
  readonly code: Digest;
  readonly vector: Vector;
}

/** The fingerprint of a video: one vector for every stretch with something new to see, and one for all of it. */
export interface VideoPrint {
  readonly medium: 'video';
  readonly modelDigest: Digest;
  readonly durationMs: number;
  /** Nothing but blank frames: registered by hash, never matched by look. */
  readonly lowInformation: boolean;
  /** Majority of the stretches' codes by time, mean of their vectors. Null with low information. */
  readonly whole: { readonly code: Digest; readonly vector: Vector } | null;
  readonly spans: readonly SpanPrint[];
}

/** A part of a query's frame seen on its own: an inset or one side of a split screen. */
export interface PartPrint {
  /** Index of the frame's span. */
  readonly span: number;
  readonly box: Box;
  readonly vector: Vector;
}

/** What is made of a query: its print, and the parts of its frames, which are not stored. */
export interface VideoQueryPrint {
  readonly print: VideoPrint;
  readonly parts: readonly PartPrint[];
}
