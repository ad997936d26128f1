import type { TextFormat, TextHints } from '../../pipeline/decode/text/index.ts';
import { unsupported } from './problems.ts';

// First bytes of what is often sent by mistake; a clear "this is a picture" helps more than "no encoding".
const OTHERS: readonly (readonly [name: string, hexPrefix: RegExp])[] = [
  ['a picture', /^(89504e47|ffd8ff|47494638|52494646.{8}57454250|49492a00|4d4d002a|424d.{8}00000000)/],
  [
    'audio or video without a track that we read',
    /^(.{8}66747970|1a45dfa3|4f676753|4944330[234]|664c6143|52494646.{8}(57415645|41564920))/,
  ],
  ['an old Office document', /^d0cf11e0/],
  ['a packed archive', /^(1f8b08|377abcaf|52617221|fd377a58|425a68)/],
  ['a program', /^(7f454c46|4d5a9000)/],
];
const ZIP = /^504b(0304|0506)/;

/**
 * Format of a document by its first bytes; the name and the declared type decide only between plain text and
 * Markdown. Throws `unsupported_media` for what is known to be something else.
 */
export function sniffTextFormat(head: Uint8Array, hints: TextHints): TextFormat {
  const latin = Buffer.from(head).toString('latin1');
  const hex = Buffer.from(head.subarray(0, 16)).toString('hex');
  if (latin.slice(0, 1024).includes('%PDF-')) return 'pdf';
  // Any ZIP: whether it is a book is seen in its directory.
  if (ZIP.test(hex)) return 'epub';
  for (const [name, prefix] of OTHERS) {
    if (prefix.test(hex)) throw unsupported('binary', `the file is ${name}, not a text`);
  }
  // UTF-16 shows its letters once the zero bytes are gone.
  const letters = latin.replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').replaceAll('\0', '');
  if (
    /^\s*(<!--[\s\S]*?-->\s*)*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype\s+html|<html[\s>])/i.test(
      letters,
    )
  ) {
    return 'html';
  }
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype\s+svg[^>]*>\s*)?<svg[\s>]/i.test(letters)) {
    throw unsupported('binary', 'the file is a picture (SVG), which we do not draw');
  }
  const name = hints.fileName?.toLowerCase() ?? '';
  const type = hints.mediaType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/\.x?html?$/.test(name) || type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (/\.(md|markdown|mkd)$/.test(name) || type === 'text/markdown') return 'markdown';
  return 'plain';
}
