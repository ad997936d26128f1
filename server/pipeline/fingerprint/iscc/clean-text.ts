// White space as ISO 24138's reference has it: `\s` and the separators U+001C…U+001F and U+0085; not U+FEFF.
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SPACES = new RegExp(`${SPACE}+`, 'gu');
const OUTER_SPACES = new RegExp(`^${SPACE}+|${SPACE}+$`, 'gu');
const NEWLINE = '[\\n-\\r\\x85\\u2028\\u2029]';
const NEWLINES = new RegExp(NEWLINE, 'gu');
const CONTROLS = new RegExp(`(?!${NEWLINE})\\p{C}`, 'gu');

/**
 * Text made ready for display: NFKC, no control characters, at most two line ends in a row, nothing blank around it.
 * Characters that this Unicode version does not know count as control characters.
 */
export function cleanText(text: string): string {
  return strip(
    text
      .normalize('NFKC')
      .replace(CONTROLS, '')
      .replace(NEWLINES, '\n')
      .replace(/\n{3,}/g, '\n\n'),
  );
}

/** A clean text on one line, words parted by single spaces. */
export function joinLines(text: string): string {
  return strip(text).replace(SPACES, ' ');
}

/** The start of a text that fits into `bytes` of UTF-8, without half a character at its end. */
export function trimText(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return strip(text);
  let end = bytes;
  while (end > 0 && (encoded[end]! & 0xc0) === 0x80) end--;
  return strip(new TextDecoder().decode(encoded.subarray(0, end)));
}

/** Text reduced to what is compared: no white space, lower case, no controls, marks and punctuation; NFKC. */
export function collapseText(text: string): string {
  return text
    .normalize('NFD')
    .replace(SPACES, '')
    .toLowerCase()
    .replace(/[\p{C}\p{M}\p{P}]/gu, '')
    .normalize('NFKC');
}

function strip(text: string): string {
  return text.replace(OUTER_SPACES, '');
}
