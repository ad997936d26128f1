import { isUnspaced, type Word, wordsOfBoth } from './wording.ts';

/** A piece of a comparison, as each text writes it: the same letters in both, or in one alone (then '' in the other). */
export interface WordingPiece {
  readonly side: 'both' | 'work' | 'query';
  readonly work: string;
  readonly query: string;
}

/** The pieces in order. `isCoarse` when there were too many words to compare singly: all is then told as replaced. */
export interface WordingDiff {
  readonly pieces: readonly WordingPiece[];
  readonly isCoarse: boolean;
}

/** Pairs of words compared at most: both excerpts of a passage have 2,000 characters. */
const MOST_PAIRS = 16_000_000;
/** Letters from which a word is kept that stands alone between two changes. */
const LONE = 3;

/**
 * What the words of the work became in the checked text: the longest common subsequence (dynamic programming, time and
 * memory by the product of both lengths) of words, or of characters where the script has no spaces. What the
 * normalization folds (docs/text-normalization.md: case, width, accents, punctuation, white space) is no change. Each side
 * can be read off the pieces. `isCut` says that both texts go on: they are then told up to the last place they share.
 */
export function diffWording(work: string, query: string, isCut = false): WordingDiff {
  const words = wordsOfBoth(work, query);
  const anchors = align(words.work, words.query, isCut);
  // Of two texts that go on without anything in common there is no such place.
  if (anchors === null || (isCut && anchors.length === 0)) {
    const pieces: WordingPiece[] = [
      { side: 'work', work, query: '' },
      { side: 'query', work: '', query },
    ];
    return { pieces: pieces.filter((piece) => piece.work + piece.query !== ''), isCoarse: anchors === null };
  }
  const pieces: WordingPiece[] = [];
  let [i, j] = [0, 0];
  for (const [atWork, atQuery] of anchors) {
    pieces.push(...between(words.work.slice(i, atWork + 1), words.query.slice(j, atQuery + 1)));
    [i, j] = [atWork + 1, atQuery + 1];
  }
  return { pieces: pieces.filter((piece) => piece.work + piece.query !== ''), isCoarse: false };
}

/** Places of the words that both share, ascending; the ends are one, unless the texts were cut. Null: too many pairs. */
function align(work: readonly Word[], query: readonly Word[], isCut: boolean): [number, number][] | null {
  const [m, n] = [work.length - 1, query.length - 1];
  const isSame = (i: number, j: number) => work[i]!.key === query[j]!.key;
  const anchors: [number, number][] = [];
  let head = 0;
  while (head < m && head < n && isSame(head, head)) anchors.push([head, head++]);
  let tail = 0;
  while (!isCut && tail < Math.min(m, n) - head && isSame(m - 1 - tail, n - 1 - tail)) tail++;
  const [rows, columns] = [m - head - tail, n - head - tail];
  if (rows * columns > MOST_PAIRS) return null;
  const same = (i: number, j: number) => isSame(head + i, head + j);
  anchors.push(
    ...longestCommon(rows, columns, same, isCut).map(([i, j]): [number, number] => [head + i, head + j]),
  );
  for (let k = tail; k > 0; k--) anchors.push([m - k, n - k]);
  if (!isCut) anchors.push([m, n]);
  return anchors.filter((at, k) => at[0] === m || !isLone(anchors, k, work[at[0]]!.key));
}

/** A short word that both share amid changes: a phrase reads better as replaced than in its words. */
function isLone(anchors: readonly (readonly [number, number])[], k: number, key: string): boolean {
  if (key.length >= LONE || isUnspaced(key)) return false;
  const [i, j] = anchors[k]!;
  const before: readonly [number, number] = anchors[k - 1] ?? [-1, -1];
  const after = anchors[k + 1];
  if (after === undefined) return false;
  const isBeside = (a: readonly [number, number], b: readonly [number, number]) =>
    a[0] + 1 === b[0] && a[1] + 1 === b[1];
  return !isBeside(before, [i, j]) && !isBeside([i, j], after);
}

function longestCommon(
  rows: number,
  columns: number,
  isSame: (i: number, j: number) => boolean,
  isCut: boolean,
): [number, number][] {
  const lengths = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let i = 1; i <= rows; i++) {
    const [above, row] = [lengths[i - 1]!, lengths[i]!];
    for (let j = 1; j <= columns; j++)
      row[j] = isSame(i - 1, j - 1) ? above[j - 1]! + 1 : Math.max(above[j]!, row[j - 1]!);
  }
  let [i, j] = [rows, columns];
  if (isCut) {
    // One text was cut before the other: of the places where either ends, the one that needs the fewest changes.
    const changes = (at: readonly [number, number]) => at[0] + at[1] - 2 * lengths[at[0]]![at[1]]!;
    const take = (at: [number, number]) => {
      if (changes(at) < changes([i, j])) [i, j] = at;
    };
    for (let at = 0; at < rows; at++) take([at, columns]);
    for (let at = 0; at < columns; at++) take([rows, at]);
  }
  const found: [number, number][] = [];
  while (i > 0 && j > 0) {
    if (isSame(i - 1, j - 1)) found.push([--i, --j]);
    else if (lengths[i - 1]![j]! >= lengths[i]![j - 1]!) i--;
    else j--;
  }
  return found.reverse();
}

/** The words of each side up to one that both share, which is the last of both. */
function between(work: readonly Word[], query: readonly Word[]): WordingPiece[] {
  const [ofWork, ofQuery] = [work.slice(0, -1), query.slice(0, -1)];
  const [lastWork, lastQuery] = [work.at(-1)!, query.at(-1)!];
  const shared: WordingPiece = { side: 'both', work: lastWork.text, query: lastQuery.text };
  const gap = gapPieces(lastWork.gap, lastQuery.gap);
  if (ofWork.length === 0 && ofQuery.length === 0) return [...gap, shared];
  if (ofQuery.length === 0)
    return [
      ...oneSided(ofWork, lastWork, lastQuery, (text) => ({ side: 'work', work: text, query: '' })),
      shared,
    ];
  if (ofWork.length === 0) {
    const pieces = oneSided(ofQuery, lastQuery, lastWork, (text) => ({
      side: 'query',
      work: '',
      query: text,
    }));
    return [...pieces.map((piece) => (piece.side === 'both' ? swap(piece) : piece)), shared];
  }
  const keyOf = (words: readonly Word[]) => words.map(({ key }) => key).join('');
  const [from, to] = [spanOf(ofWork), spanOf(ofQuery)];
  const changed: WordingPiece[] =
    // The same letters with other spaces between them.
    keyOf(ofWork) === keyOf(ofQuery)
      ? [{ side: 'both', work: from, query: to }]
      : [
          { side: 'work', work: from, query: '' },
          { side: 'query', work: '', query: to },
        ];
  return [...gapPieces(ofWork[0]!.gap, ofQuery[0]!.gap), ...changed, ...gap, shared];
}

/** Words of one text alone, with the gap before or after them; the other gap is that of the other text. */
function oneSided(
  words: readonly Word[],
  next: Word,
  other: Word,
  tell: (text: string) => WordingPiece,
): WordingPiece[] {
  const before = words[0]!.gap;
  return before === other.gap && next.gap !== other.gap
    ? [...gapPieces(before, other.gap), tell(spanOf(words) + next.gap)]
    : [tell(before + spanOf(words)), ...gapPieces(next.gap, other.gap)];
}

function swap({ side, work, query }: WordingPiece): WordingPiece {
  return { side, work: query, query: work };
}

function spanOf(words: readonly Word[]): string {
  return words.map(({ gap, text }, i) => (i === 0 ? text : gap + text)).join('');
}

// What ends the words before, and what opens those that follow.
const GAP = /^(.*\s|.*?(?=[\p{Ps}\p{Pi}]*$))(.*)$/su;

function gapPieces(work: string, query: string): WordingPiece[] {
  const [, workEnd, workStart] = GAP.exec(work)!;
  const [, queryEnd, queryStart] = GAP.exec(query)!;
  return [
    { side: 'both', work: workEnd!, query: queryEnd! },
    { side: 'both', work: workStart!, query: queryStart! },
  ];
}
