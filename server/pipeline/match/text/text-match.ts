import type { WorkId } from '../../../domain/ids.ts';

/** Characters `[start, end)` of a text as it was read, counted in Unicode code points. */
export type TextRange = readonly [start: number, end: number];

/** What matching needs of a text; `prepareText` of the fingerprint stage gives it. */
export interface TextView {
  readonly text: string;
  readonly normalized: {
    readonly points: Uint32Array;
    readonly starts: Uint32Array;
    readonly lengths: Uint8Array;
    readonly characters: number;
  };
  readonly winnowed: { readonly hashes: Float64Array; readonly positions: Uint32Array };
}

/**
 * What was done to a copied stretch, the least that explains it: nothing; other white space and line breaks; other
 * case or punctuation; look-alike or invisible characters (read the same, compare differently); words changed.
 */
export type TextChange = 'verbatim' | 'layout' | 'case-punctuation' | 'disguised' | 'edited';

/** Why a stretch of a match does not count. */
export type ExclusionKind = 'quote' | 'licence';

export interface ExcludedStretch {
  readonly kind: ExclusionKind;
  readonly query: TextRange;
}

/** One copied stretch, on both sides. */
export interface TextMatchSegment {
  readonly query: TextRange;
  readonly source: TextRange;
  /** Share of folded characters that agree, 0…1. */
  readonly similarity: number;
  /** Folded characters put in, left out or replaced. */
  readonly edits: number;
  readonly change: TextChange;
  /** Parts of `query` that do not count, in order. */
  readonly excluded: readonly ExcludedStretch[];
  /** Stretches that agree letter by letter, in order: the way from one side to the other. */
  readonly anchors: readonly { readonly query: TextRange; readonly source: TextRange }[];
}

/** Why a match is believed; each can be recomputed alone. */
export type TextReason =
  | { readonly kind: 'exact'; readonly detail: string }
  | {
      readonly kind: 'alignment';
      readonly characters: number;
      readonly longest: number;
      readonly detail: string;
    }
  | { readonly kind: 'excluded'; readonly characters: number; readonly detail: string };

/** One registered text that the query seems to copy from. */
export interface TextMatch {
  readonly workId: WorkId;
  /** Mean similarity of the segments, by length. */
  readonly similarity: number;
  /** Calibrated probability that the query copies from the work, exclusions not counted, 0…1. */
  readonly probability: number;
  /** In the order of the query. */
  readonly segments: readonly TextMatchSegment[];
  /** Share of the characters of each side that the segments cover, exclusions counted too. */
  readonly queryCoverage: number;
  readonly sourceCoverage: number;
  /** Whether the segments stand in another order than in the work. */
  readonly reordered: boolean;
  readonly reasons: readonly TextReason[];
  /** One sentence for a person. */
  readonly explanation: string;
}

/** A kept gram of a registered text. */
export interface Posting {
  readonly hash: number;
  readonly workId: WorkId;
  /** Among the folded characters of the work. */
  readonly position: number;
}

/** Inverted index over the kept grams of all registered texts. Implemented by `server/store/`. */
export interface TextIndex {
  /**
   * Postings of the hashes, of each at most `perHash`, works registered earlier first: a gram that stands in very many
   * works says little and must not cost more.
   */
  lookup(hashes: readonly number[], perHash: number): Promise<readonly Posting[]>;
}

/** Gives registered texts made ready for matching. */
export interface TextReferences {
  /** Null when the text is gone. */
  load(workId: WorkId): Promise<TextView | null>;
}
