export type { DecidableText, TextVerdict } from './decide-text.ts';
export { decideText } from './decide-text.ts';
