import { open, readFile, stat } from 'node:fs/promises';
import { InputError, NotFoundError } from '../../errors.ts';
import type {
  DecodedText,
  TextHints,
  TextLimits,
  TextReader,
  TextRun,
  TextSource,
} from '../../pipeline/decode/text/index.ts';
import { DEFAULT_TEXT_LIMITS } from '../../pipeline/decode/text/index.ts';
import { decodeBytes } from './decode-bytes.ts';
import { epubText } from './epub-text.ts';
import { declaredCharset, type HtmlText, htmlText } from './html-text.ts';
import { markdownText } from './markdown-text.ts';
import { pdfText } from './pdf-text.ts';
import { requireUnits, tooLarge } from './problems.ts';
import { sniffTextFormat } from './sniff-text-format.ts';

const HEAD_BYTES = 4096;

/** Reads texts in this thread. The service uses `createIsolatedTextReader`, which runs this one elsewhere. */
export const textFileReader: TextReader = {
  async read(source, hints = {}, limits = DEFAULT_TEXT_LIMITS) {
    const deadline = performance.now() + limits.timeoutMs;
    const { head, sizeBytes } = await look(source);
    if (sizeBytes === 0) throw new InputError('empty_file', 'the file has no bytes');
    const format = sniffTextFormat(head, hints);
    const isContainer = format === 'pdf' || format === 'epub';
    const maxBytes = isContainer ? limits.maxContainerBytes : limits.maxTextBytes;
    // Before a byte is read: the size alone says no.
    if (sizeBytes > maxBytes)
      throw tooLarge('bytes', `the file has ${sizeBytes} bytes, more than ${maxBytes}`);
    if (format === 'epub') return epubText(source, limits, deadline);
    const bytes = 'path' in source ? await readFile(source.path) : source.bytes;
    if (format === 'pdf') return pdfText(bytes, limits, deadline);
    return readMarkup(bytes, format, hints, limits, deadline);
  },
};

async function look(source: TextSource): Promise<{ head: Uint8Array; sizeBytes: number }> {
  if ('bytes' in source)
    return { head: source.bytes.subarray(0, HEAD_BYTES), sizeBytes: source.bytes.length };
  try {
    const { size } = await stat(source.path);
    const file = await open(source.path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return { head: buffer.subarray(0, bytesRead), sizeBytes: size };
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw new NotFoundError('unknown_content', 'there is no such file', { cause });
    }
    throw cause;
  }
}

function readMarkup(
  bytes: Uint8Array,
  format: 'plain' | 'markdown' | 'html',
  hints: TextHints,
  limits: TextLimits,
  deadline: number,
): DecodedText {
  const declared = /charset=["']?([\w-]+)/i.exec(hints.mediaType ?? '')?.[1];
  const decoded = decodeBytes(bytes, declared ?? (format === 'html' ? declaredCharset(bytes) : undefined));
  const { text, runs } = extract(decoded.text, format, limits, deadline);
  requireUnits(text.length, limits);
  if (text.trim() === '') throw new InputError('empty_file', 'the file holds no text');
  return {
    mediaType: { plain: 'text/plain', markdown: 'text/markdown', html: 'text/html' }[format],
    format,
    encoding: decoded.encoding,
    text,
    runs: runs.map(({ at, offset }): TextRun => ({ at, place: { kind: 'source', offset } })),
    notes: decoded.notes,
  };
}

function extract(
  source: string,
  format: 'plain' | 'markdown' | 'html',
  limits: TextLimits,
  deadline: number,
): HtmlText {
  if (format === 'markdown') return markdownText(source);
  if (format === 'html') return htmlText(source, limits, deadline, /^\s*<\?xml/.test(source));
  return { text: source, runs: [{ at: 0, offset: 0 }] };
}
