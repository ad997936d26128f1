/**
 * Breaks text into lines that narrow evenly, as the last paragraph of an old book does (cul-de-lampe). `widest` is the
 * first line's length in characters; the number of lines follows from it.
 */
export function taper(text: string, widest: number): string[] {
  const words = text.split(' ');
  // The steepest fall that the words allow; for each, the fewest lines and then the narrowest measure.
  for (const slope of [0.7, 0.6, 0.5, 0.4, 0.3]) {
    for (let count = 3; count < 24; count++) {
      for (let width = 16; width <= widest; width++) {
        const lines = fill(words, (line) => width * (1 - (slope * line) / (count - 1)), count);
        if (lines !== null) return lines;
      }
    }
  }
  return [text];
}

function fill(words: readonly string[], widthOf: (line: number) => number, count: number): string[] | null {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const room = widthOf(lines.length - 1);
    if (last !== undefined && last.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else if (lines.length < count) lines.push(word);
    else return null;
  }
  // Every line but the last must be hardly longer than the one above, or the shape is lost.
  const falls = lines.every((line, i) => i === 0 || line.length <= lines[i - 1]!.length + 2);
  return lines.length === count && falls ? lines : null;
}
