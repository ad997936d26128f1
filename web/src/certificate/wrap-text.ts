/** Breaks text into lines of at most `width` units; SVG does not wrap. The last line kept ends in an ellipsis if cut. */
export function wrapText(
  text: string,
  font: string,
  size: number,
  width: number,
  maxLines: number,
): string[] {
  const pen = document.createElement('canvas').getContext('2d');
  if (pen === null) return [text];
  // Measured at 100 px, then scaled: canvas rounds small sizes.
  pen.font = font.replace('SIZE', '100px');
  const measure = (line: string) => (pen.measureText(line).width * size) / 100;
  const lines: string[] = [];
  let line = '';
  // Words, and single characters of words that are longer than a line (file names, scripts without spaces).
  const pieces = text.split(/(?<=\s)/u).flatMap((word) => (measure(word) > width ? [...word] : [word]));
  for (const piece of pieces) {
    if (line !== '' && measure((line + piece).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines - 1), `${lines[maxLines - 1]!.replace(/.$/u, '')}…`];
}
