import type { TextChange } from './text-match.ts';

/** Says what was done to a stretch whose folded characters differ by `edits`. */
export function describeChange(query: string, source: string, edits: number): TextChange {
  if (query === source) return 'verbatim';
  if (edits > 0) return 'edited';
  if (squeeze(query) === squeeze(source)) return 'layout';
  return plainLetters(query) === plainLetters(source) ? 'case-punctuation' : 'disguised';
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Letters and digits in one case. What still differs after this, but not after folding, only looks the same. */
function plainLetters(text: string): string {
  return text
    .normalize('NFC')
    .toUpperCase()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]/gu, '');
}

/** For a sentence. */
export const CHANGE_WORDS: Readonly<Record<TextChange, string>> = {
  verbatim: 'word for word',
  layout: 'word for word, laid out differently',
  'case-punctuation': 'word for word, with other case or punctuation',
  disguised: 'word for word, with characters replaced by look-alikes or accents changed',
  edited: 'with changes',
};
