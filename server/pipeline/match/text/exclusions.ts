import { LICENCE_GRAMS } from './licence-grams.ts';
import { licenceStretches } from './licence-markers.ts';
import type { ExcludedStretch, ExclusionKind, TextRange, TextView } from './text-match.ts';

/** What does not count as copying, as the policy of a registry has it. */
export interface ExclusionRules {
  /** Passages in quotation marks or quoted lines, up to this many characters each; 0 counts them like any other. */
  readonly maxQuoteCharacters: number;
  /** Texts of well-known licences and the Project Gutenberg notices. */
  readonly licences: boolean;
}

/** Dialogue in a novel stands in quotation marks too, so quotations count unless a registry says otherwise. */
export const DEFAULT_EXCLUSIONS: ExclusionRules = { maxQuoteCharacters: 0, licences: true };

const PAIRS = new Map([
  ['“', '”'],
  ['«', '»'],
  ['„', '“'],
  ['「', '」'],
  ['『', '』'],
  ['‹', '›'],
  ['"', '"'],
]);

/** Stretches of a text that do not count, in order. */
export function findExclusions(view: TextView, rules: ExclusionRules): ExcludedStretch[] {
  const stretches: ExcludedStretch[] = [];
  if (rules.licences) stretches.push(...findLicences(view), ...findMarked(view));
  if (rules.maxQuoteCharacters > 0) stretches.push(...findQuotes(view.text, rules.maxQuoteCharacters));
  return stretches.sort((a, b) => a.query[0] - b.query[0]);
}

// Grams of a licence this near to each other belong together; fewer than this many are a turn of phrase.
const LICENCE_GAP = 96;
const LICENCE_HITS = 4;
const GRAM_REACH = 16;

function findLicences(view: TextView): ExcludedStretch[] {
  const { hashes, positions } = view.winnowed;
  const stretches: ExcludedStretch[] = [];
  let first = -1;
  let last = -1;
  let hits = 0;
  const close = (): void => {
    if (hits >= LICENCE_HITS)
      stretches.push(stretch('licence', foldedRange(view, first - GRAM_REACH, last + 2 * GRAM_REACH)));
    hits = 0;
  };
  for (let i = 0; i < hashes.length; i++) {
    if (!LICENCE_GRAMS.has(hashes[i]! % 2 ** 32)) continue;
    const position = positions[i]!;
    if (hits > 0 && position - last > LICENCE_GAP) close();
    if (hits === 0) first = position;
    last = position;
    hits++;
  }
  close();
  return stretches;
}

function findMarked(view: TextView): ExcludedStretch[] {
  // From units to characters, in one walk for all.
  let unit = 0;
  let character = 0;
  const characterAt = (target: number): number => {
    for (; unit < target; character++) unit += view.text.codePointAt(unit)! > 0xffff ? 2 : 1;
    return character;
  };
  return licenceStretches(view.text).map(([start, end]) =>
    stretch('licence', [characterAt(start), characterAt(end)]),
  );
}

function findQuotes(text: string, limit: number): ExcludedStretch[] {
  const stretches: ExcludedStretch[] = [];
  let at = 0;
  let open: { readonly close: string; readonly start: number } | null = null;
  let lineStart = 0;
  let isQuotedLine = false;
  let isLineBegin = true;
  for (const character of text) {
    if (open && character === open.close) {
      if (at + 1 - open.start <= limit) stretches.push(stretch('quote', [open.start, at + 1]));
      open = null;
    } else if (!open) {
      const close = PAIRS.get(character);
      if (close !== undefined) open = { close, start: at };
    }
    if (character === '\n') {
      if (isQuotedLine) stretches.push(stretch('quote', [lineStart, at]));
      lineStart = at + 1;
      isLineBegin = true;
      isQuotedLine = false;
    } else if (isLineBegin && character !== ' ') {
      isQuotedLine = character === '>';
      isLineBegin = false;
    }
    // A mark that was never closed must not swallow the rest.
    if (open && at - open.start > limit) open = null;
    at++;
  }
  if (isQuotedLine) stretches.push(stretch('quote', [lineStart, at]));
  return stretches;
}

function stretch(kind: ExclusionKind, query: TextRange): ExcludedStretch {
  return { kind, query };
}

/** Characters of the original that folded characters `[from, to)` stand for. */
export function foldedRange(view: TextView, from: number, to: number): TextRange {
  const { starts, lengths } = view.normalized;
  const first = Math.max(0, from);
  const last = Math.min(starts.length, to) - 1;
  if (last < first) return [0, 0];
  return [starts[first]!, starts[last]! + lengths[last]!];
}

/** The parts of stretches that lie within a range. */
export function within(stretches: readonly ExcludedStretch[], range: TextRange): ExcludedStretch[] {
  const parts: ExcludedStretch[] = [];
  for (const { kind, query } of stretches) {
    const start = Math.max(query[0], range[0]);
    const end = Math.min(query[1], range[1]);
    if (end > start) parts.push({ kind, query: [start, end] });
  }
  return parts;
}

/** How many characters ranges cover, each once. Ranges ascend by start. */
export function coveredCharacters(ranges: readonly TextRange[]): number {
  let covered = 0;
  let reached = 0;
  for (const [start, end] of ranges) {
    if (end <= reached) continue;
    covered += end - Math.max(start, reached);
    reached = end;
  }
  return covered;
}
