/** Where the bytes of a text are: a file on disk, or memory. */
export type TextSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** What the sender says about a file. Believed only where bytes cannot tell (Markdown, or plain text). */
export interface TextHints {
  readonly fileName?: string;
  readonly mediaType?: string;
}

export type TextFormat = 'plain' | 'markdown' | 'html' | 'pdf' | 'epub';

/** What a text may cost before it is refused with `media_too_large`. */
export interface TextLimits {
  /** Bytes of a plain, Markdown or HTML file. */
  readonly maxTextBytes: number;
  /** Bytes of a PDF or EPUB, which hold pictures and fonts besides. */
  readonly maxContainerBytes: number;
  /** UTF-16 units of the extracted text. */
  readonly maxUnits: number;
  /** Entries of a ZIP container. */
  readonly maxEntries: number;
  /** Unpacked bytes of all entries that are read. */
  readonly maxUnpackedBytes: number;
  /** Unpacked to packed bytes of one entry. Text packs 3 to 8 times; a bomb a thousand times. */
  readonly maxRatio: number;
  readonly maxPages: number;
  readonly timeoutMs: number;
  /** Heap of the thread that reads, in MiB. */
  readonly maxHeapMb: number;
}

/** 24 million units are ten times the Bible; a 200 MB text is refused before it is read. */
export const DEFAULT_TEXT_LIMITS: TextLimits = {
  maxTextBytes: 48 * 1024 * 1024,
  maxContainerBytes: 256 * 1024 * 1024,
  maxUnits: 24_000_000,
  maxEntries: 20_000,
  maxUnpackedBytes: 96 * 1024 * 1024,
  maxRatio: 200,
  maxPages: 20_000,
  timeoutMs: 120_000,
  maxHeapMb: 768,
};

/** A place in the file that a run of the text comes from. */
export type TextPlace =
  /** Unit of the decoded source (plain text, Markdown, HTML). */
  | { readonly kind: 'source'; readonly offset: number }
  /** Page of a PDF, from 1. */
  | { readonly kind: 'page'; readonly page: number }
  /** File inside an EPUB, and unit of its decoded source. */
  | { readonly kind: 'entry'; readonly name: string; readonly offset: number };

/** From this unit of the text on (up to the next run) the text stands at `place`, unit by unit. */
export interface TextRun {
  readonly at: number;
  readonly place: TextPlace;
}

/** What reading a file gives. */
export interface DecodedText {
  readonly mediaType: string;
  readonly format: TextFormat;
  /** Encoding that the bytes were read in; null where the format fixes it. */
  readonly encoding: string | null;
  /** Well-formed, without U+0000. */
  readonly text: string;
  /** The way back to the file, ascending by `at`; the first run is at 0 unless the text is empty. */
  readonly runs: readonly TextRun[];
  /** What had to be repaired or left out, for a person. */
  readonly notes: readonly string[];
}

/** Reads files of text. Implemented by `server/media/text/`. */
export interface TextReader {
  /**
   * Throws `InputError`: `empty_file` (no bytes, or no character), `unsupported_media` (`extra.reason`: `binary`,
   * `scanned`, `encrypted`, `container`), `corrupt_media`, `media_too_large` (`extra.reason`: `bytes`, `units`,
   * `ratio`, `entries`, `pages`, `time`, `memory`); `NotFoundError('unknown_content')` when `path` names no file.
   */
  read(source: TextSource, hints?: TextHints, limits?: TextLimits): Promise<DecodedText>;
}
