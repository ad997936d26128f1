/** A run of words: in both texts, in the work only, or in the checked file only. */
export interface DiffRun {
  readonly kind: 'same' | 'work' | 'query';
  readonly text: string;
}

/** Words compared at most; a screen holds no more. */
const MOST_WORDS = 120;

/**
 * What words of the work became in the checked text: the longest common subsequence of words, case and white space
 * aside (dynamic programming, quadratic in at most 120 words).
 */
export function diffWords(work: string, query: string): DiffRun[] {
  const a = wordsOf(work);
  const b = wordsOf(query);
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const isSame = (i: number, j: number) => a[i]!.toLowerCase() === b[j]!.toLowerCase();
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = isSame(i, j)
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const runs: DiffRun[] = [];
  const push = (kind: DiffRun['kind'], word: string) => {
    const last = runs.at(-1);
    if (last?.kind === kind) runs[runs.length - 1] = { kind, text: `${last.text} ${word}` };
    else runs.push({ kind, text: word });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && isSame(i, j)) {
      push('same', b[j]!);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      push('work', a[i++]!);
    } else push('query', b[j++]!);
  }
  return runs;
}

/** Where a script has no spaces, every character is a word. */
function wordsOf(text: string): string[] {
  const words = text.trim().split(/\s+/).filter(Boolean);
  const long = words.some((word) => word.length > 40);
  return (long ? [...text.trim()].filter((c) => c.trim() !== '') : words).slice(0, MOST_WORDS);
}
