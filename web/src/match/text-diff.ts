/** A copied passage against its original as rows for two columns: what stays the same, what one side has alone. */
import { diffArrays } from 'diff';

/** A run of text: on both sides, or on one alone. */
export interface Part {
  readonly text: string;
  readonly side: 'query' | 'work' | 'both';
}

/** One row: the same place of both texts, in order. `folded` counts the characters of equal text left out here. */
export interface DiffRow {
  readonly parts: readonly Part[];
  readonly folded: number;
}

/** The rows, and how many characters each side has alone. `isCoarse` when the words were too many to compare singly. */
export interface TextDiff {
  readonly rows: readonly DiffRow[];
  readonly queryOnly: number;
  readonly workOnly: number;
  readonly isCoarse: boolean;
}

// A row ends at a paragraph's end, or at a sentence's once it is this long.
const ROW_CHARACTERS = 320;
// Equal text longer than this is folded between two changes; these many characters stay on either side of the fold.
const FOLD_FROM = 900;
const FOLD_KEEPS = 260;
// Beyond this many single edits or milliseconds Myers' algorithm is cut short; the passage is then shown as replaced.
const MAX_EDITS = 6000;
const MAX_MS = 1500;

/**
 * Compares word by word; words by the rules of the text's own script, so that Chinese need not have spaces. Where lines
 * were broken makes no difference. `isCut` says that both texts go on: their ends are then no change.
 */
export function diffTexts(query: string, work: string, isCut = false): TextDiff {
  const changes = diffArrays(words(joinLines(work)), words(joinLines(query)), {
    maxEditLength: MAX_EDITS,
    timeout: MAX_MS,
    comparator: (a, b) => a === b || (isBlank(a) && isBlank(b)),
  });
  const all: readonly Part[] =
    changes === undefined
      ? [
          { text: work, side: 'work' },
          { text: query, side: 'query' },
        ]
      : joinChanges(
          changes.map(({ value, added, removed }) => ({
            text: value.join(''),
            side: added ? 'query' : removed ? 'work' : 'both',
          })),
        );
  const last = all.findLastIndex((part) => part.side === 'both');
  const parts = isCut && last >= 0 ? all.slice(0, last + 1) : all;
  const lengthOf = (side: string) =>
    parts.filter((part) => part.side === side).reduce((sum, part) => sum + [...part.text].length, 0);
  return {
    rows: foldRows(toRows(parts)),
    queryOnly: lengthOf('query'),
    workOnly: lengthOf('work'),
    isCoarse: changes === undefined,
  };
}

// Lines of a verse are short; a longer line was broken because the page was full.
const VERSE = 45;

function joinLines(text: string): string {
  return text.replaceAll(new RegExp(`([^\\n]{${VERSE},})\\n(?=\\S)`, 'g'), '$1 ');
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'word' });

/** White space in a row is one word, whatever it is made of: a paragraph's end may be a space elsewhere. */
function words(text: string): string[] {
  const found: string[] = [];
  for (const { segment } of SEGMENTER.segment(text)) {
    const last = found.at(-1);
    if (last !== undefined && isBlank(last) && isBlank(segment)) found[found.length - 1] = last + segment;
    else found.push(segment);
  }
  return found;
}

function isBlank(text: string): boolean {
  return /^\s+$/.test(text);
}

/** Makes one change of neighbours with nothing but a space between: a phrase reads better than its words. */
function joinChanges(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  let work = '';
  let query = '';
  const close = () => {
    // White space alone is no change: a line end within Chinese, or at the end of one text.
    if (work + query !== '' && (work + query).trim() === '') {
      joined.push({ text: query || work, side: 'both' });
      work = '';
      query = '';
    }
    if (work !== '') joined.push({ text: work, side: 'work' });
    if (query !== '') joined.push({ text: query, side: 'query' });
    work = '';
    query = '';
  };
  parts.forEach(({ text, side }, i) => {
    if (side === 'work') work += text;
    else if (side === 'query') query += text;
    else if (/^[^\S\n]+$/.test(text) && work + query !== '' && i < parts.length - 1) {
      work += text;
      query += text;
    } else {
      close();
      joined.push({ text, side });
    }
  });
  close();
  return joined;
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
  for (const { text, side } of parts) {
    // Rows may only end where both sides are at the same place: in equal text.
    for (const piece of side === 'both' ? pieces(text) : [text]) {
      const last = row.at(-1);
      if (last?.side === side) row[row.length - 1] = { text: last.text + piece, side };
      else row.push({ text: piece, side });
      length += piece.length;
      const ends =
        /\n[^\S\n]*\n\s*$/.test(piece) ||
        (length >= ROW_CHARACTERS && /[.!?。！？…]["”’»）)]*\s*$/u.test(piece)) ||
        length >= 4 * ROW_CHARACTERS;
      if (side === 'both' && ends) close();
    }
  }
  close();
  return rows;
}

// Up to a sentence's or line's end; else up to a space; else, for scripts without either, simply so far.
const PIECE =
  /[^\n.!?。！？]{0,400}(?:[.!?。！？]+["”’»）)]*[^\S\n]*|\n\s*)|[^\n.!?。！？]{1,400}(?:(?<=\s)|$)|[^\n]{1,400}/gu;

function pieces(text: string): string[] {
  return text.match(PIECE) ?? [];
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
  return rows.reduce((sum, row) => sum + row.parts.reduce((all, part) => all + part.text.length, 0), 0);
}
