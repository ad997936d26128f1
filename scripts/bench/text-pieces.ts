import type { TrueSegment } from './text-manifest.ts';
import type { Random } from './text-random.ts';

/** A stretch of a query: copied from `source` of a reference, or (null) from nowhere. */
export interface Piece {
  readonly text: string;
  readonly source: { readonly reference: string; readonly start: number; readonly end: number } | null;
}

/** A text that queries copy from. Places are characters of `text` (code points; all of ours are in the basic plane). */
export interface Reference {
  readonly id: string;
  readonly text: string;
}

/** Joins pieces to a text and tells where each copied one came to stand; neighbours that stay neighbours are one. */
export function assemble(pieces: readonly Piece[]): { text: string; segments: TrueSegment[] } {
  let text = '';
  let at = 0;
  const segments: TrueSegment[] = [];
  for (const piece of pieces) {
    const size = [...piece.text].length;
    if (piece.source && size > 0) {
      const { reference, start, end } = piece.source;
      const last = segments.at(-1);
      if (last?.reference === reference && last.query[1] === at && last.source[1] === start) {
        segments[segments.length - 1] = {
          reference,
          query: [last.query[0], at + size],
          source: [last.source[0], end],
        };
      } else segments.push({ reference, query: [at, at + size], source: [start, end] });
    }
    text += piece.text;
    at += size;
  }
  return { text, segments };
}

/** A stretch of a reference, from the begin of a word to the end of one, of about `size` characters. */
export function excerpt(reference: Reference, size: number, random: Random): Piece {
  const { id, text } = reference;
  const isSpaced = / /.test(text.slice(0, 1000));
  let start = random.below(Math.max(1, text.length - size - 200));
  if (isSpaced) while (start > 0 && /\S/.test(text[start - 1]!)) start++;
  while (/\s/.test(text[start] ?? '')) start++;
  let end = Math.min(text.length, start + size);
  if (isSpaced) while (end < text.length && /\S/.test(text[end]!)) end++;
  return { text: text.slice(start, end), source: { reference: id, start, end } };
}

/** Cuts a copied piece where `boundary` matches ends; each part knows its own place. */
export function split(piece: Piece, boundary: RegExp): Piece[] {
  if (!piece.source) return [piece];
  const parts: Piece[] = [];
  let from = 0;
  const cut = (to: number): void => {
    if (to <= from) return;
    const { reference, start } = piece.source!;
    parts.push({
      text: piece.text.slice(from, to),
      source: { reference, start: start + from, end: start + to },
    });
    from = to;
  };
  for (const match of piece.text.matchAll(boundary)) cut(match.index + match[0].length);
  cut(piece.text.length);
  return parts;
}

export const SENTENCE_END = /[.!?][”"’']?\s+|[。！？]/g;
export const PARAGRAPH_END = /(\r?\n){2,}/g;

/** Changes the text of copied pieces; what they were copied from stays. */
export function rewrite(pieces: readonly Piece[], change: (text: string) => string): Piece[] {
  return pieces.map((piece) => (piece.source ? { ...piece, text: change(piece.text) } : piece));
}
