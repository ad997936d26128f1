/** A copied passage against its original as rows for two columns: what stays the same, what one side has alone. */
import { diffWording, type WordingPiece } from '../../../server/pipeline/match/text/diff-wording.ts';

/** A run of text as each side writes it: on both sides, or on one alone. */
export type Part = WordingPiece;

/** One row: the same place of both texts, in order. `folded` counts the characters of equal text left out here. */
export interface DiffRow {
  readonly parts: readonly Part[];
  readonly folded: number;
}

/**
 * The rows, and how many characters each side has alone. `isVerbatim` when what both share is also written the same, white
 * space aside; `isCoarse` when the words were too many to compare singly.
 */
export interface TextDiff {
  readonly rows: readonly DiffRow[];
  readonly queryOnly: number;
  readonly workOnly: number;
  readonly isVerbatim: boolean;
  readonly isCoarse: boolean;
}

// A row ends at a paragraph's end, or at a sentence's once it is this long.
const ROW_CHARACTERS = 320;
// Equal text longer than this is folded between two changes; these many characters stay on either side of the fold.
const FOLD_FROM = 900;
const FOLD_KEEPS = 260;

/**
 * Compares as the matching does (`diffWording`): case, punctuation and where lines were broken make no difference. `isCut`
 * says that both texts go on: their ends are then no change.
 */
export function diffTexts(query: string, work: string, isCut = false): TextDiff {
  const { pieces, isCoarse } = diffWording(joinLines(work), joinLines(query), isCut);
  const shared = pieces.filter((piece) => piece.side === 'both');
  const lengthOf = (side: 'query' | 'work') =>
    pieces
      .filter((piece) => piece.side === side)
      .reduce((sum, piece) => sum + [...piece[side].trim()].length, 0);
  return {
    rows: foldRows(toRows(pieces)),
    queryOnly: lengthOf('query'),
    workOnly: lengthOf('work'),
    isVerbatim: shared.every(({ work, query }) => work.replace(/\s/g, '') === query.replace(/\s/g, '')),
    isCoarse,
  };
}

// Lines of a verse are short; a longer line was broken because the page was full.
const VERSE = 45;

function joinLines(text: string): string {
  return text.replaceAll(new RegExp(`([^\\n]{${VERSE},})\\n(?=\\S)`, 'g'), '$1 ');
}

function toRows(parts: readonly Part[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let row: Part[] = [];
  let length = 0;
  const close = () => {
    if (row.length > 0) rows.push({ parts: row, folded: 0 });
    row = [];
    length = 0;
  };
  for (const part of parts) {
    const { side, query } = part;
    const last = row.at(-1);
    if (last?.side === side)
      row[row.length - 1] = { side, work: last.work + part.work, query: last.query + query };
    else row.push(part);
    length += lengthOfPart(part);
    // Rows may only end where both sides are at the same place: in equal text.
    const ends =
      /\n[^\S\n]*\n\s*$/.test(query) ||
      (length >= ROW_CHARACTERS && /[.!?。！？…]["”’»）)]*\s*$/u.test(query)) ||
      length >= 4 * ROW_CHARACTERS;
    if (side === 'both' && ends) close();
  }
  close();
  return rows;
}

/** Leaves out the middle of long equal runs of rows. */
function foldRows(rows: readonly DiffRow[]): DiffRow[] {
  const result: DiffRow[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = from;
    while (to < rows.length && isEqual(rows[to]!)) to += 1;
    const run = rows.slice(from, to);
    result.push(...(lengthOfRows(run) > FOLD_FROM ? foldRun(run, from > 0, to < rows.length) : run));
    if (to < rows.length) result.push(rows[to]!);
    from = to + 1;
  }
  return result;
}

function foldRun(run: readonly DiffRow[], afterChange: boolean, beforeChange: boolean): DiffRow[] {
  const head = keepUntil(run, afterChange || !beforeChange ? FOLD_KEEPS : 0);
  const rest = run.slice(head.length);
  const tail = keepUntil([...rest].reverse(), beforeChange || !afterChange ? FOLD_KEEPS : 0).reverse();
  const middle = rest.slice(0, rest.length - tail.length);
  if (middle.length === 0) return [...run];
  const parts = middle.flatMap((row) => row.parts);
  return [...head, { parts, folded: lengthOfRows(middle) }, ...tail];
}

function keepUntil(rows: readonly DiffRow[], characters: number): DiffRow[] {
  const kept: DiffRow[] = [];
  for (const row of rows) {
    if (lengthOfRows(kept) >= characters) break;
    kept.push(row);
  }
  return kept;
}

function isEqual(row: DiffRow): boolean {
  return row.parts.every((part) => part.side === 'both');
}

function lengthOfRows(rows: readonly DiffRow[]): number {
  return rows.reduce((sum, row) => sum + row.parts.reduce((all, part) => all + lengthOfPart(part), 0), 0);
}

function lengthOfPart({ work, query }: Part): number {
  return Math.max(work.length, query.length);
}
