import { printable } from './output.ts';

/** Suffixes that are told, the most frequent first. */
const SHOWN = 8;

/** Which files of folders were not taken, for their suffix is of no media: at least one, counted by suffix. */
export function describeLeftOut(leftOut: ReadonlyMap<string, number>): string {
  const kinds = [...leftOut].toSorted(([, a], [, b]) => b - a);
  const told = kinds
    .slice(0, SHOWN)
    .map(([suffix, count]) => `${count} ${suffix === '' ? 'without a suffix' : printable(suffix)}`);
  if (kinds.length > SHOWN)
    told.push(`${kinds.length - SHOWN} other suffix${kinds.length - SHOWN === 1 ? '' : 'es'}`);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const files = total === 1 ? '1 file was' : `${total} files were`;
  return `${files} left out (${told.join(', ')}): name a file itself to have it tried`;
}

/** The line about them on standard error, where there are any. */
export function tellLeftOut(leftOut: ReadonlyMap<string, number>): void {
  if (leftOut.size > 0) console.error(describeLeftOut(leftOut));
}
