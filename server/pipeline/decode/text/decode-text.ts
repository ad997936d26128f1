import { InternalError } from '../../../errors.ts';
import type { DecodedText, TextHints, TextLimits, TextPlace, TextReader, TextSource } from './text-reader.ts';
import { DEFAULT_TEXT_LIMITS } from './text-reader.ts';

/**
 * First stage: bytes of a document to its text. Throws what `TextReader.read` throws, and `internal` when a reader
 * breaks its promise: what follows counts in characters and stores the text in a database that knows no U+0000.
 */
export async function decodeText(
  source: TextSource,
  reader: TextReader,
  hints: TextHints = {},
  limits: TextLimits = DEFAULT_TEXT_LIMITS,
): Promise<DecodedText> {
  const decoded = await reader.read(source, hints, limits);
  if (!decoded.text.isWellFormed() || decoded.text.includes('\0')) {
    throw new InternalError('internal', 'the reader gave a text that is not well formed');
  }
  if (decoded.text.length > limits.maxUnits) {
    throw new InternalError('internal', `the reader gave ${decoded.text.length} units, above the limit`);
  }
  return decoded;
}

/** Where a unit of the text stands in the file; null when the text has no run there. */
export function placeOf(decoded: DecodedText, unit: number): TextPlace | null {
  const { runs } = decoded;
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (runs[middle]!.at <= unit) low = middle + 1;
    else high = middle;
  }
  const run = runs[low - 1];
  if (run === undefined) return null;
  const { place } = run;
  return place.kind === 'page' ? place : { ...place, offset: place.offset + unit - run.at };
}
