import chardet from 'chardet';
import iconv from 'iconv-lite';
import { unsupported } from './problems.ts';

/** Bytes as text: which encoding it was, and what had to be repaired. */
export interface DecodedBytes {
  readonly text: string;
  readonly encoding: string;
  readonly notes: readonly string[];
}

const SAMPLE_BYTES = 256 * 1024;
/** Share of control characters above which bytes are no text in any encoding. */
const MAX_CONTROL_SHARE = 0.02;
const FALLBACK = 'windows-1252';

/**
 * Decodes bytes to text: by byte order mark, else as `declared`, else UTF-8 when it is that, else UTF-16 by its
 * zero bytes, else by statistics. A UTF-8 text with stretches in another encoding is read line by line, each as what
 * it is. Throws `unsupported_media` (reason `binary`) when the result is no text.
 */
export function decodeBytes(bytes: Uint8Array, declared?: string): DecodedBytes {
  const decoded = decodeAny(bytes, declared);
  const text = decoded.text.toWellFormed().replaceAll('\0', '\ufffd');
  requireText(text);
  return { ...decoded, text };
}

function decodeAny(bytes: Uint8Array, declared: string | undefined): DecodedBytes {
  const marked = byMark(bytes);
  if (marked) return { text: convert(bytes, marked), encoding: marked, notes: [] };
  const wide = byZeroBytes(bytes);
  if (wide)
    return { text: convert(bytes, wide), encoding: wide, notes: ['UTF-16 without a byte order mark'] };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8', notes: [] };
  } catch {
    return decodeLegacy(bytes, declared);
  }
}

function byMark(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length >= 4 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'utf-32be' : null;
}

/** Western text in UTF-16 has zeros in every other byte; nothing else that is text has any. */
function byZeroBytes(bytes: Uint8Array): string | null {
  const size = Math.min(bytes.length, SAMPLE_BYTES) & ~1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < size; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  const pairs = size / 2;
  if (odd > pairs * 0.3 && even < pairs * 0.02) return 'utf-16le';
  return even > pairs * 0.3 && odd < pairs * 0.02 ? 'utf-16be' : null;
}

/** Not UTF-8 as a whole. When most of its lines with high bytes are, only the others are read otherwise. */
function decodeLegacy(bytes: Uint8Array, declared: string | undefined): DecodedBytes {
  const known = declared && iconv.encodingExists(declared) ? declared.toLowerCase() : undefined;
  if (known && known !== 'utf-8' && known !== 'utf8') {
    return { text: convert(bytes, known), encoding: known, notes: [] };
  }
  const { good, bad } = sortLines(bytes);
  if (good > bad.length) {
    const other = detect(joinLines(bytes, bad));
    return {
      text: decodeMixed(bytes, bad, other),
      encoding: 'utf-8',
      notes: [`${bad.length} lines are not UTF-8; they were read as ${other}`],
    };
  }
  const encoding = detect(joinLines(bytes, bad));
  return { text: convert(bytes, encoding), encoding, notes: [`the encoding was guessed: ${encoding}`] };
}

type Line = readonly [start: number, end: number];

function sortLines(bytes: Uint8Array): { good: number; bad: Line[] } {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const bad: Line[] = [];
  let good = 0;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found + 1;
    let isHigh = false;
    for (let i = start; i < end && !isHigh; i++) isHigh = bytes[i]! >= 0x80;
    if (isHigh) {
      try {
        strict.decode(bytes.subarray(start, end));
        good++;
      } catch {
        bad.push([start, end]);
      }
    }
    start = end;
  }
  return { good, bad };
}

function joinLines(bytes: Uint8Array, lines: readonly Line[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const [start, end] of lines) {
    if (size >= SAMPLE_BYTES) break;
    const part = bytes.subarray(start, Math.min(end, start + SAMPLE_BYTES));
    parts.push(part);
    size += part.length;
  }
  return Buffer.concat(parts);
}

function decodeMixed(bytes: Uint8Array, bad: readonly Line[], other: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const [start, end] of bad) {
    if (start > from) parts.push(convert(bytes.subarray(from, start), 'utf-8'));
    parts.push(convert(bytes.subarray(start, end), other));
    from = end;
  }
  parts.push(convert(bytes.subarray(from), 'utf-8'));
  return parts.join('');
}

function detect(sample: Uint8Array): string {
  const guess = chardet.detect(sample);
  // These have been ruled out already; a guess of them means "no idea".
  if (!guess || /^(utf-|ascii)/i.test(guess) || !iconv.encodingExists(guess)) return FALLBACK;
  return guess.toLowerCase();
}

function convert(bytes: Uint8Array, encoding: string): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return iconv.decode(Buffer.from(buffer, byteOffset, byteLength), encoding);
}

function requireText(text: string): void {
  const step = Math.max(1, Math.floor(text.length / 200_000));
  let looked = 0;
  let control = 0;
  for (let i = 0; i < text.length; i += step, looked++) {
    const unit = text.charCodeAt(i);
    const isSpace = unit >= 0x09 && unit <= 0x0d;
    if ((unit < 0x20 && !isSpace) || (unit >= 0x7f && unit < 0xa0) || unit === 0xfffd) control++;
  }
  if (looked > 0 && control / looked > MAX_CONTROL_SHARE) {
    throw unsupported(
      'binary',
      'the file is no picture, film or sound that is known here, and not text in any known encoding',
    );
  }
}
