import { CONFUSABLES } from './confusables.ts';

/**
 * Marks that are dropped: Latin, Greek and Cyrillic diacritics, Hebrew points, Arabic vowel signs, variation
 * selectors. Marks of scripts that cannot be read without them (Devanagari, Thai, kana voicing) stay.
 */
const DROPPED_RANGES =
  '0300-036f 0483-0489 0591-05c7 0610-061a 064b-065f 0670-0670 06d6-06ed 1ab0-1aff 1dc0-1dff 20d0-20ff fe00-fe0f ' +
  'fe20-fe2f e0100-e01ef';
export const DROPPED_MARKS = new RegExp(
  `[${DROPPED_RANGES.replace(/ ?(\w+)-(\w+)/g, '\\u{$1}-\\u{$2}')}]`,
  'gu',
);

/** Letters by their property, nothing by their look: Hangul fillers, the Arabic stretch, kana repeat marks stay out. */
const INVISIBLE_LETTERS = /[\u115f\u1160\u3164\uffa0\u0640]/g;

const NOT_KEPT = /[^\p{L}\p{N}\p{M}]/gu;

/**
 * One cluster of the text (a character and what combines with it) to the characters that stand for it: NFKC, full
 * case folding, diacritics dropped, everything but letters, digits and needed marks dropped, look-alikes folded.
 */
export function foldCluster(cluster: string): string {
  const cased = cluster.normalize('NFKC').toUpperCase().toLowerCase();
  const kept = cased
    .normalize('NFKD')
    .replace(DROPPED_MARKS, '')
    .replace(INVISIBLE_LETTERS, '')
    .normalize('NFKC')
    .replace(NOT_KEPT, '');
  let folded = '';
  for (const character of kept) folded += CONFUSABLES.get(character) ?? character;
  return folded;
}

const MARK = /^\p{M}$/u;

/** Whether a character joins the one before it: a mark, a Hangul vowel or final, a half-width voicing mark. */
export function joinsPrevious(point: number): boolean {
  if (point < 0x300) return false;
  if ((point >= 0x1160 && point <= 0x11ff) || (point >= 0xd7b0 && point <= 0xd7ff)) return true;
  if (point === 0xff9e || point === 0xff9f) return true;
  return MARK.test(String.fromCodePoint(point));
}
