import type { Digest } from '../../domain/digest.ts';
import type { LeafPrint } from '../../domain/fingerprint.ts';
import type { CheckId, WorkId } from '../../domain/ids.ts';
import type { Match, Policy } from '../../domain/match.ts';
import type { EarlyEnd, Medium } from '../../domain/media.ts';
import type { NamedLine } from '../../pipeline/match/audio/index.ts';
import type { SuspectSegment } from '../../pipeline/record/index.ts';
import type { Sql } from '../../store/db.ts';
import type { ModelFiles } from '../export-proof.ts';

/** A file that was taken in. */
export interface MediaFile {
  readonly contentHash: Digest;
  /** Absolute path of its bytes. */
  readonly path: string;
  readonly sizeBytes: number;
  /** As the sender called it: a hint where bytes cannot tell. */
  readonly fileName: string;
  /** What it was found to be before; null when it is looked at for the first time. */
  readonly mediaType: string | null;
}

/** What a look at a file tells. */
export interface MediaFacts {
  readonly mediaType: string;
  /** Pixels as shown; null where the medium has none. */
  readonly width: number | null;
  readonly height: number | null;
  /** Null where the medium has none. */
  readonly durationMs: number | null;
}

/** Characters of the file that was checked, or of the work. */
export interface Excerpt {
  /** Where `text` begins and ends, in characters of the whole; less than the stretch where that was cut. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One copied stretch in its words on both sides, with some of the caller's own text around it. */
export interface ExcerptPair {
  readonly before: string;
  readonly query: Excerpt;
  readonly after: string;
  /** Of the registered text never more than what was matched. */
  readonly work: Excerpt;
}

/** The wording of a match, and how many characters (code points) each of the whole texts has. */
export interface Excerpts {
  readonly items: readonly ExcerptPair[];
  readonly characters: { readonly query: number; readonly work: number };
}

/** What may be shown of a match. */
export interface ExcerptLimits {
  readonly stretches: number;
  readonly characters: number;
}

/** Told how much of the stage is done, 0…1, as often as the path likes. */
export type ReportShare = (share: number) => void;

/** A print that was just made. */
export type MadePrint<P extends LeafPrint> = P & {
  /** Set when the file is cut off: the print is that of what is left. */
  readonly earlyEnd?: EarlyEnd | null;
  /** Of a check that will not be matched after all: ends what of that was begun. */
  readonly leave?: () => void;
};

/** What is asked about a file. */
export interface MediaQuery<P extends LeafPrint = LeafPrint> {
  readonly file: MediaFile;
  readonly print: P;
  /** The work that has the very same bytes. */
  readonly same: WorkId | null;
  /** Works that are never answered (the work itself, while it is registered). */
  readonly exclude: readonly WorkId[];
  /** Matches below its review probability need not be exact: they will not be told. */
  readonly policy: Policy;
  /** Of a film's sound: the lines that its pictures turn out to lie on, by work. */
  readonly lines?: Promise<ReadonlyMap<WorkId, readonly NamedLine[]>>;
}

/** What will be asked about a file whose print is not done. */
export type AskedAhead = Pick<MediaQuery, 'same' | 'exclude' | 'policy'>;

/** A model with the digest that records name it by. */
export type PathModel = ModelFiles & { readonly digest: Digest };

/** What a claim is made of: a part of the suspect, the leaf of the work it is compared with, and how alike they are. */
export interface ClaimedPair {
  /** Null for a suspect without a look. */
  readonly suspect: SuspectSegment | null;
  /** Index among the work's leaves; 0 = the whole work. */
  readonly workLeaf: number;
  /** By the two codes or vectors alone, so that anyone can derive it from the claim. */
  readonly similarity: number;
  /** What the leaf was made with, where that is not the path's `model`. */
  readonly model?: PathModel;
}

/**
 * One medium on its way through the stages. Everything that differs between media is behind this interface; the
 * actions know none of them. A further medium is one more file with one more of these, and its line in `app-media.ts`.
 */
export interface MediumPath<P extends LeafPrint = LeafPrint> {
  readonly medium: Medium;
  /** What its prints are made with: the network's files, or a description. */
  readonly model: PathModel;
  /** What the leaves of a film's sound are made with. */
  readonly soundModel?: PathModel;
  /** The thresholds that belong to its calibration; the operator may set others (`policyOf`). */
  readonly policy: Policy;
  /**
   * Looks at a file: null when it is of another medium. Writes nothing. Throws `InputError` (`empty_file`,
   * `unsupported_media`, `corrupt_media`, `media_too_large`) when it is of this one and cannot be taken.
   */
  admit(file: MediaFile): Promise<MediaFacts | null>;
  /**
   * Decodes and fingerprints a file that was admitted. Of a check `ahead` says what is asked of `match` afterwards: a path may
   * begin with it meanwhile, against what the index holds by then, and look at less of the file than what a work is
   * registered by. Throws as `admit` does.
   */
  fingerprint(file: MediaFile, report: ReportShare, ahead?: AskedAhead): Promise<MadePrint<P>>;
  /** Keeps the print of a work, durable with the transaction. Its place in the order of commits; idempotent. */
  storePrint(sql: Sql, workId: WorkId, print: P): Promise<number>;
  /** The print of a work as it is kept; null when there is none. */
  loadPrint(workId: WorkId): Promise<P | null>;
  /** Forgets the print of a work that was turned away. */
  removePrint(sql: Sql, workId: WorkId): Promise<void>;
  /** Keeps what a check was compared by, for pictures of the comparison. Where a path has such. */
  keepQuery?(sql: Sql, checkId: CheckId, print: P): Promise<void>;
  /** Brings the index up to what is committed. */
  catchUp(): Promise<void>;
  /** What the file seems to copy, best first, with the place on both sides. */
  match(query: MediaQuery<P>, report: ReportShare): Promise<Match[]>;
  /** The pair that a claim about a match names, made again from the suspect's bytes. */
  pairForClaim(file: MediaFile, match: Match, work: P): Promise<ClaimedPair>;
  /** The wording of a match on both sides, cut to the limits. Texts only. */
  excerpts?(file: MediaFile, match: Match, limits: ExcerptLimits): Promise<Excerpts>;
  /** Frames at some times side by side, as JPEG of this height. Videos only. */
  frames?(file: MediaFile, timesMs: readonly number[], height: number): Promise<Uint8Array>;
  /** How alike every moment of a check's file and of a work are, as PNG. Null when it is not known any more. */
  matrix?(checkId: CheckId, match: Match): Promise<Uint8Array | null>;
  /** What was read, for units made from the wording (ISCC). Texts only. */
  textOf?(print: P): string;
  /** A picture for people, as WebP; null when the medium has none. */
  preview(file: MediaFile): Promise<Uint8Array | null>;
}
