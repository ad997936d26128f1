import { fromHex } from '../../../server/domain/digest.ts';

/** Side of a mark: 256 bits, row by row, most significant bit first. */
export const MARK_SIDE = 16;

/** The bits of a 256-bit code. */
export function codeBits(code: string): boolean[] {
  const bytes = fromHex(code);
  return Array.from({ length: 256 }, (_, i) => (((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) === 1);
}

/** An SVG path of one unit square for each bit that `keep` accepts; squares of a row that touch are one rectangle. */
export function cellsPath(keep: (index: number) => boolean): string {
  let path = '';
  for (let y = 0; y < MARK_SIDE; y++) {
    for (let x = 0; x < MARK_SIDE; ) {
      let run = 0;
      while (x + run < MARK_SIDE && keep(y * MARK_SIDE + x + run)) run += 1;
      if (run > 0) path += `M${x} ${y}h${run}v1h-${run}z`;
      x += run + 1;
    }
  }
  return path;
}

/** How many bits two codes differ in. */
export function bitsApart(a: string, b: string): number {
  const left = codeBits(a);
  const right = codeBits(b);
  return left.reduce((sum, bit, i) => sum + (bit === right[i] ? 0 : 1), 0);
}
