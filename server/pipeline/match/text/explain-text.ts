import { CHANGE_WORDS } from './describe-change.ts';
import { coveredCharacters } from './exclusions.ts';
import type { TextChange, TextMatch, TextMatchSegment, TextReason } from './text-match.ts';

type Facts = Pick<TextMatch, 'segments' | 'similarity' | 'queryCoverage' | 'sourceCoverage' | 'reordered'>;

const WORST_LAST: readonly TextChange[] = ['verbatim', 'layout', 'case-punctuation', 'disguised', 'edited'];

/** Reasons and one sentence for a person. */
export function explainText(facts: Facts, isSame: boolean): Pick<TextMatch, 'reasons' | 'explanation'> {
  const { segments } = facts;
  const sizes = segments.map(({ query: [start, end] }) => end - start);
  const characters = sizes.reduce((total, size) => total + size, 0);
  const longest = Math.max(...sizes);
  const reasons: TextReason[] = [];
  if (isSame)
    reasons.push({ kind: 'exact', detail: 'the same text once case, layout and look-alikes are folded' });
  reasons.push({
    kind: 'alignment',
    characters,
    longest,
    detail: `${count(characters, 'character')} in ${count(segments.length, 'stretch', 'stretches')}, the longest ${longest}`,
  });
  for (const kind of ['quote', 'licence'] as const) {
    const ranges = segments.flatMap((s) => s.excluded.filter((e) => e.kind === kind).map((e) => e.query));
    const excluded = coveredCharacters(ranges);
    if (excluded === 0) continue;
    const name = kind === 'quote' ? 'quoted passages' : 'licence text';
    reasons.push({
      kind: 'excluded',
      characters: excluded,
      detail: `${excluded} of them are ${name} and do not count`,
    });
  }
  return { reasons, explanation: sentence(facts, characters, reasons) };
}

function sentence(facts: Facts, characters: number, reasons: readonly TextReason[]): string {
  const { segments } = facts;
  const worst = WORST_LAST[Math.max(...segments.map((segment) => WORST_LAST.indexOf(segment.change)))]!;
  const parts = [
    `${percent(facts.queryCoverage)} of this text (${characters} characters) stands in ${percent(facts.sourceCoverage)} of the work`,
    worst === 'edited'
      ? `with changes to ${percent(1 - facts.similarity)} of the letters`
      : CHANGE_WORDS[worst],
  ];
  if (facts.reordered) parts.push('in another order');
  else if (segments.length > 1) parts.push(`in ${segments.length} separate stretches${insertions(segments)}`);
  const excluded = reasons.filter((reason) => reason.kind === 'excluded').map((reason) => reason.detail);
  return `${[...parts, ...excluded].join(', ')}.`;
}

/** A share that is there is never told as nothing: a paragraph of a novel is "less than 0.1 %" of it. */
function percent(share: number): string {
  if (share > 0 && share < 0.0005) return 'less than 0.1 %';
  return `${share >= 0.995 ? 100 : (share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** Whether the stretches follow each other in the work, so that something was put in or left out between them. */
function insertions(segments: readonly TextMatchSegment[]): string {
  let put = 0;
  let left = 0;
  for (let i = 1; i < segments.length; i++) {
    put += Math.max(0, segments[i]!.query[0] - segments[i - 1]!.query[1]);
    left += Math.max(0, segments[i]!.source[0] - segments[i - 1]!.source[1]);
  }
  if (put > 3 * left) return ' with text put in between';
  return left > 3 * put ? ' with text left out between' : '';
}

function count(value: number, one: string, many = `${one}s`): string {
  return `${value} ${value === 1 ? one : many}`;
}
