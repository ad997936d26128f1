import { diffWording, type WordingPiece } from '../actions/compare-wording.ts';
import { style } from './output.ts';

/** Characters printed of a passage at most; a screen holds no more. */
const SHOWN = 700;

/**
 * What a passage of the work became in the checked text, on one line: `[-left out-]`, `{+put in+}`; what both share as the
 * checked text writes it. Ends at the same place of both. `isCut` as `diffWording` takes it.
 */
export function printWording(work: string, query: string, isCut: boolean): string {
  const { pieces } = diffWording(work, query, isCut);
  const printed: string[] = [];
  let left = SHOWN;
  for (const { side, text } of joined(pieces)) {
    if (left <= 0) break;
    const characters = [...text];
    const shown = characters.length > left ? `${characters.slice(0, left).join('')}…` : text;
    left -= characters.length;
    printed.push(side === 'both' ? shown : mark(side, shown));
  }
  return printed.join('').trim();
}

interface Run {
  readonly side: WordingPiece['side'];
  readonly text: string;
}

function joined(pieces: readonly WordingPiece[]): Run[] {
  return pieces.flatMap(({ side, work, query }): Run[] => {
    // A line break would break the line that is printed.
    const text = (side === 'work' ? work : query).replace(/[^\S\u3000]+/g, ' ');
    return text === '' ? [] : [{ side, text }];
  });
}

/** The spaces around words stay outside of the marks. */
function mark(side: 'work' | 'query', text: string): string {
  const [, before, words, after] = /^(\s*)(.*?)(\s*)$/su.exec(text)!;
  const marked = side === 'work' ? style('red', `[-${words}-]`) : style('green', `{+${words}+}`);
  return `${before}${marked}${after}`;
}
