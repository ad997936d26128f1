export { decodeText, placeOf } from './decode-text.ts';
export type {
  DecodedText,
  TextFormat,
  TextHints,
  TextLimits,
  TextPlace,
  TextReader,
  TextRun,
  TextSource,
} from './text-reader.ts';
export { DEFAULT_TEXT_LIMITS } from './text-reader.ts';
