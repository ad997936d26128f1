import { stripVTControlCharacters, styleText } from 'node:util';
import { describeMoments, isWhole, type PixelSize, regionOf } from '../domain/describe-segment.ts';
import type { Match, MatchReason } from '../domain/match.ts';
import type { Box } from '../domain/media.ts';

type Style = Parameters<typeof styleText>[0];

/** Styled text on a terminal that wants it, plain text elsewhere (NO_COLOR, pipes). */
export function style(format: Style, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

/** A tick or a cross. */
export function mark(good: boolean): string {
  return good ? style('green', '✓') : style('red', '✗');
}

/** Rows in aligned columns, two spaces apart; the last column is not padded. Styles do not count as width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell));
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** `0x12345678…cdef`: enough to compare by eye. */
export function shortHex(hex: string | null): string {
  if (hex === null) return '–';
  return hex.length <= 16 ? hex : `${hex.slice(0, 10)}…${hex.slice(-4)}`;
}

/** What is known of the two sides of a match beyond the match: the title of the work, and the sizes in pixels. */
export interface SidesOfMatch {
  readonly title?: string | undefined;
  readonly query?: PixelSize | null;
  readonly work?: PixelSize | null;
}

/** A match in a few lines for a person: by the work's title where the caller may see it, and always by its id. */
export function describeMatch(match: Match, indent: string, sides: SidesOfMatch = {}): string {
  const { title } = sides;
  const name = title === undefined ? match.workId : `${style('bold', printable(title))}  ${match.workId}`;
  const region = (box: Box, size: PixelSize | null = null) =>
    isWhole(box) ? 'all of it' : regionOf(box, size);
  const lines = [
    `${style('bold', `${(match.probability * 100).toFixed(1)} %`)} ${name}  similarity ${match.similarity.toFixed(3)}${match.mirrored ? ', mirrored' : ''}`,
    ...(match.medium === 'image'
      ? [`  here: ${region(match.queryBox, sides.query)}   in the work: ${region(match.workBox, sides.work)}`]
      : []),
    ...match.reasons.map((reason) => `  ${style('dim', reason.kind.padEnd(9))} ${describeReason(reason)}`),
  ];
  return lines.map((line) => indent + line).join('\n');
}

/** Of a stretch in time its place stands elsewhere: here, how well it agrees. */
function describeReason(reason: MatchReason): string {
  return reason.kind === 'time' ? describeMoments(reason) : reason.detail;
}

/** Somebody else wrote the title: control characters could move the cursor or colour what follows. */
export function printable(title: string): string {
  return stripVTControlCharacters(title).replace(/\p{Cc}/gu, ' ');
}

/** Characters of a nested value that are shown before it is cut. */
const NESTED_WIDTH = 100;

/**
 * Name and value of every fact of a record, one a line; those of a record inside it as `outer.inner`. What is null is
 * left out, what is nested deeper is JSON, cut with an ellipsis (`--json` has all of it).
 */
export function facts(record: object): string {
  const rows = Object.entries(record).flatMap(([name, value]) =>
    isRecord(value)
      ? Object.entries(value).map(([inner, deep]) => [`${name}.${inner}`, deep])
      : [[name, value]],
  );
  return table(rows.filter(([, value]) => value !== null).map(([name, value]) => [name, oneLine(value)]));
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneLine(value: unknown): string {
  if (typeof value !== 'object') return String(value);
  const text = JSON.stringify(value);
  return text.length <= NESTED_WIDTH ? text : `${text.slice(0, NESTED_WIDTH - 1)}…`;
}
