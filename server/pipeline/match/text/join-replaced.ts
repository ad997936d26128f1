import { type AlignedSegment, join } from './aligned-segment.ts';

/** What was replaced by about as long a stretch, up to this length, does not part a segment. */
const SHORT = 120;
/** Longer ones, up to this, do not when they still resemble each other: words changed here and there. */
const LONG = 600;
/** Two unrelated stretches of English of one length agree in about 0.3 of their letters, in order. */
const RESEMBLANCE = 0.45;
/** Comparisons of letters in all, so that a text made of gaps costs no more. */
const BUDGET = 60_000_000;

/** Joins neighbours that follow each other on both sides with only replaced letters between. Segments ascend. */
export function joinReplaced(
  query: Uint32Array,
  source: Uint32Array,
  segments: readonly AlignedSegment[],
): AlignedSegment[] {
  const joined: AlignedSegment[] = [];
  let budget = BUDGET;
  for (const segment of segments) {
    const last = joined.at(-1);
    const queryGap = last ? segment.queryFrom - last.queryTo : -1;
    const sourceGap = last ? segment.sourceFrom - last.sourceTo : -1;
    const short = Math.min(queryGap, sourceGap);
    const long = Math.max(queryGap, sourceGap);
    let isOne = short >= 0 && long <= SHORT && short >= long / 2 - 12;
    if (!isOne && short >= 0 && long <= LONG && short >= long / 2 && budget > 0) {
      budget -= queryGap * sourceGap;
      const a = query.subarray(last!.queryTo, segment.queryFrom);
      const b = source.subarray(last!.sourceTo, segment.sourceFrom);
      isOne = 1 - editDistance(a, b) / long >= RESEMBLANCE;
    }
    if (isOne) joined[joined.length - 1] = join(last!, segment);
    else joined.push(segment);
  }
  return joined;
}

/** Levenshtein distance, row by row. */
export function editDistance(a: Uint32Array, b: Uint32Array): number {
  const row = Uint32Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      diagonal = row[j]!;
      row[j] = Math.min(replaced, diagonal + 1, row[j - 1]! + 1);
    }
  }
  return row[b.length]!;
}
