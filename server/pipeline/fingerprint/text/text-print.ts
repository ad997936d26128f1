import type { Digest } from '../../../domain/digest.ts';
import type { NormalizedText } from './normalize.ts';
import type { Winnowed } from './winnow.ts';

/** A stretch of a text: characters of the original (code points), and the same among the folded characters. */
export interface TextSegment {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** 256-bit MinHash; zero when the stretch is too short to hold a gram. */
  readonly code: Digest;
  /** SHA-256 over the kept grams of the stretch; of segment 0, over the folded text. */
  readonly vectorDigest: Digest;
}

/** The fingerprint of a text. Segment 0 is the whole, the others tile it. */
export interface TextPrint {
  readonly medium: 'text';
  readonly modelDigest: Digest;
  /** Too short to be told from others: registered by hash, never matched (code zero, segment 0 alone). */
  readonly lowInformation: boolean;
  readonly characters: number;
  readonly segments: readonly TextSegment[];
}

/** A text made ready for matching: what is computed once and used by every comparison. */
export interface PreparedText {
  /** As read; places are counted in its characters. */
  readonly text: string;
  readonly normalized: NormalizedText;
  readonly winnowed: Winnowed;
}
