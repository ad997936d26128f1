import { normalizeText } from '../../fingerprint/text/index.ts';

/** A word of a text, or a character where the script has no spaces. */
export interface Word {
  /** What stands between the word before and this one: spaces, punctuation, all that the normalization drops. */
  readonly gap: string;
  readonly text: string;
  /** What is compared: its letters as `docs/text-normalization.md` folds them; never empty but at the end. */
  readonly key: string;
}

// Scripts that write no space between words.
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Yiii}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}]/u;
/** Whether a key is of a script without spaces. */
export function isUnspaced(key: string): boolean {
  return UNSPACED.test(key);
}

// Apostrophes, soft hyphens and what has no width stand within a word.
const WITHIN_WORD = /^[\p{Cf}'’]*$/u;
/** No word has more letters: its spaces were taken out. */
const LONGEST_WORD = 40;

/** A letter with its marks. */
interface Letter {
  readonly start: number;
  readonly end: number;
  key: string;
}

/**
 * Both texts in words that can be compared, each with an empty one for its end. Where one text has its spaces taken out
 * both are cut into letters. Linear in their lengths.
 */
export function wordsOfBoth(work: string, query: string): { work: Word[]; query: Word[] } {
  const texts = [work, query].map((text) => ({ characters: [...text], letters: lettersOf(text) }));
  const words = texts.map(({ characters, letters }) => join(characters, letters, true));
  const isRunOn = words.some((found) => found.some(({ key }) => key.length > LONGEST_WORD));
  const [ofWork, ofQuery] = isRunOn
    ? texts.map(({ characters, letters }) => join(characters, letters, false))
    : words;
  return { work: ofWork!, query: ofQuery! };
}

function lettersOf(text: string): Letter[] {
  const { points, starts, lengths } = normalizeText(text);
  const letters: Letter[] = [];
  points.forEach((point, i) => {
    const start = starts[i]!;
    const last = letters.at(-1);
    // One character may fold to several.
    if (last?.start === start) last.key += String.fromCodePoint(point);
    else letters.push({ start, end: start + lengths[i]!, key: String.fromCodePoint(point) });
  });
  return letters;
}

function join(characters: readonly string[], letters: readonly Letter[], intoWords: boolean): Word[] {
  const slice = (from: number, to: number) => characters.slice(from, to).join('');
  const words: Word[] = [];
  let end = 0;
  let isOpen = false;
  for (const letter of letters) {
    const gap = slice(end, letter.start);
    const text = slice(letter.start, letter.end);
    const isSpaced = intoWords && !isUnspaced(letter.key);
    if (isOpen && isSpaced && WITHIN_WORD.test(gap)) {
      const last = words.at(-1)!;
      words[words.length - 1] = { ...last, text: last.text + gap + text, key: last.key + letter.key };
    } else words.push({ gap, text, key: letter.key });
    isOpen = isSpaced;
    end = letter.end;
  }
  return [...words, { gap: slice(end, characters.length), text: '', key: '' }];
}
