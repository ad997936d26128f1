import type { LeafPrint } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import { WHOLE } from '../../domain/media.ts';
import { hammingDistance } from '../../domain/records/index.ts';
import { InternalError, NotFoundError } from '../../errors.ts';
import { decodeText, type TextLimits, type TextReader } from '../../pipeline/decode/text/index.ts';
import {
  codeOfRange,
  fingerprintText,
  type PreparedText,
  prepareText,
  similarityOfDistance,
  TEXT_MODEL_DIGEST,
  TEXT_MODEL_FILES,
  type TextPrint,
  textLeaves,
} from '../../pipeline/fingerprint/text/index.ts';
import {
  matchText,
  queryRangeOf,
  TEXT_POLICY,
  type TextMatch,
  type TextRange,
} from '../../pipeline/match/text/index.ts';
import type { TextIndexStore } from '../../store/text-index-store.ts';
import type { ClaimedPair, MediaFile, MediumPath } from './medium-path.ts';
import { cutExcerpts } from './text-excerpts.ts';
import { sameText, toTextMatch } from './text-match.ts';

/** A text's print with its leaves, and the text itself made ready for matching. */
export interface TextPathPrint extends LeafPrint {
  readonly print: TextPrint;
  readonly prepared: PreparedText;
}

/** What texts need from outside. */
export interface TextPathDeps {
  readonly reader: TextReader;
  readonly limits: TextLimits;
  readonly texts: TextIndexStore;
}

/** What plays the part of a model for texts: a description, whose version is that of the normalization. */
export const TEXT_MODEL_CARD = { name: 'colophon-text', version: '1', files: TEXT_MODEL_FILES } as const;

/** Texts of every format that the reader knows. Asked last: it takes whatever can be read as letters. */
export function createTextPath({ reader, limits, texts }: TextPathDeps): MediumPath<TextPathPrint> {
  const read = async ({ path, fileName, mediaType }: MediaFile) =>
    // Once the type is found, the name no longer counts: an auditor's copy may have another.
    await decodeText({ path }, reader, mediaType === null ? { fileName } : { mediaType }, limits);
  const find = (print: TextPathPrint, exclude: readonly WorkId[]): Promise<TextMatch[]> =>
    print.lowInformation
      ? Promise.resolve([])
      : matchText(print.prepared, { index: texts, references: texts }, { skip: new Set(exclude) });
  return {
    medium: 'text',
    model: { ...TEXT_MODEL_CARD, digest: TEXT_MODEL_DIGEST },
    policy: TEXT_POLICY,
    async admit(file) {
      const { mediaType } = await read(file);
      return { mediaType, width: null, height: null, durationMs: null };
    },
    async fingerprint(file) {
      return makePrint(prepareText((await read(file)).text));
    },
    storePrint: (sql, workId, { prepared, print }) => texts.insertText(sql, workId, prepared, print),
    async loadPrint(workId) {
      const prepared = await texts.load(workId);
      return prepared && makePrint(prepared);
    },
    textOf: ({ prepared }) => prepared.text,
    removePrint: (sql, workId) => texts.removeText(sql, workId),
    // The index is in the database: what is committed is found.
    catchUp: async () => undefined,
    async match({ print, same, exclude }) {
      const exact = same === null ? [] : [sameText(same, print.print.characters)];
      const skip = same === null ? exclude : [...exclude, same];
      return [...exact, ...(await find(print, skip)).map((match) => toTextMatch(match))];
    },
    async pairForClaim(file, match, work) {
      const query = makePrint(prepareText((await read(file)).text));
      // Found again rather than kept: the way from one side to the other has thousands of steps in a long copy.
      const found = (await find(query, [])).find((one) => one.workId === match.workId);
      return found ? closestLeaf(query, found, work) : wholeTexts(query, work);
    },
    async excerpts(file, match, limits) {
      const { text } = await read(file);
      const work = await texts.load(match.workId);
      if (!work) throw new NotFoundError('not_found', `the text of ${match.workId} is gone`);
      return cutExcerpts(text, work.text, match, limits);
    },
    preview: async () => null,
  };
}

function makePrint(prepared: PreparedText): TextPathPrint {
  const print = fingerprintText(prepared);
  return { ...textLeaves(print), print, prepared };
}

/**
 * The registered stretch of which the suspect has the most: every leaf within what was copied is compared with the
 * stretch that stands for it. A copy shorter than a leaf is compared with the leaf that it lies in.
 */
function closestLeaf(query: TextPathPrint, match: TextMatch, work: TextPathPrint): ClaimedPair {
  let best: ClaimedPair | null = null;
  for (const segment of match.segments) {
    for (let index = 1; index < work.print.segments.length; index++) {
      const { start, end, code } = work.print.segments[index]!;
      if (start >= segment.source[1] || end <= segment.source[0]) continue;
      const within: TextRange = [Math.max(start, segment.source[0]), Math.min(end, segment.source[1])];
      const range = queryRangeOf(segment, within) ?? segment.query;
      const pair = comparePlaces(query, range, code, index);
      if (pair && pair.similarity > (best?.similarity ?? -1)) best = pair;
    }
  }
  return best ?? wholeTexts(query, work);
}

function comparePlaces(
  query: TextPathPrint,
  [start, end]: TextRange,
  workCode: `0x${string}`,
  workLeaf: number,
): ClaimedPair | null {
  const code = codeOfRange(query.prepared.normalized, start, end);
  if (/^0x0+$/.test(code) || /^0x0+$/.test(workCode)) return null;
  const suspect = {
    box: WHOLE,
    mirrored: false,
    stretch: { kind: 'characters', start, end },
    code,
    vector: null,
  } as const;
  return { suspect, workLeaf, similarity: similarityOfDistance(hammingDistance(workCode, code)) };
}

/** Only the very same bytes are claimed without a leaf in common. */
function wholeTexts(query: TextPathPrint, work: TextPathPrint): ClaimedPair {
  const whole = work.print.segments[0];
  if (!whole) throw new InternalError('internal', 'the work has no whole');
  const all: TextRange = [0, query.print.characters];
  return comparePlaces(query, all, whole.code, 0) ?? { suspect: null, workLeaf: 0, similarity: 1 };
}
