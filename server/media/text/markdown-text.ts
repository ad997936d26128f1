import type { HtmlText } from './html-text.ts';

// What is markup and no text: link targets, reference definitions, fence lines' info, inline tags and comments, and
// addresses in angle brackets. Emphasis, headings and lists are punctuation, which normalization drops anyway.
const MARKUP =
  /^ {0,3}\[[^\]\n]{1,200}\]:[^\n]*$|^ {0,3}(?:```|~~~)[^\n]*$|\]\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\)|<!--[\s\S]*?-->|<\/?[a-zA-Z][^<>\n]{0,2000}>|<https?:[^>\s]{1,2000}>/gm;

/** Text of a Markdown source: the source without what a reader does not see; everything else stays as it stands. */
export function markdownText(source: string): HtmlText {
  const parts: string[] = [];
  const runs: { at: number; offset: number }[] = [];
  let units = 0;
  let from = 0;
  const keep = (to: number): void => {
    if (to <= from) return;
    runs.push({ at: units, offset: from });
    parts.push(source.slice(from, to));
    units += to - from;
  };
  for (const match of source.matchAll(MARKUP)) {
    keep(match.index);
    from = match.index + match[0].length;
  }
  keep(source.length);
  return { text: parts.join(''), runs };
}
