/** A rectangle of the similarities; ends are not included. */
export interface Tile {
  readonly fromRow: number;
  readonly toRow: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

/** A stretch of the query that is like a stretch of the work. */
export interface Pair {
  readonly row: number;
  readonly column: number;
}

/** Comparisons up to this size are made whole: some tens of milliseconds. */
const WHOLE = 2 ** 18;
const WHOLE_ROWS = 64;
/** Around a pair, so many stretches before and after are compared; of the work twice as many, for copies that run faster. */
const REACH = 12;
const ROWS = 8;

/** Whether two tracks are compared whole rather than around the pairs that the index found. */
export function isComparedWhole(rows: number, columns: number): boolean {
  return rows * columns <= WHOLE;
}

/** Everything, in strips. */
export function wholeTiles(rows: number, columns: number): Tile[] {
  return Array.from({ length: Math.ceil(rows / WHOLE_ROWS) }, (_, i) => ({
    fromRow: i * WHOLE_ROWS,
    toRow: Math.min(rows, (i + 1) * WHOLE_ROWS),
    fromColumn: 0,
    toColumn: columns,
  }));
}

/**
 * What lies around some pairs, without overlaps, in order of rows, then of columns. A copy of any length is covered as
 * long as the index found one of its stretches in every `2 · REACH`.
 */
export function tilesAround(pairs: readonly Pair[], rows: number, columns: number): Tile[] {
  const strips = new Map<number, (readonly [number, number])[]>();
  for (const { row, column } of pairs) {
    const columnsNear = [Math.max(0, column - 2 * REACH), Math.min(columns, column + 2 * REACH + 1)] as const;
    const first = Math.floor(Math.max(0, row - REACH) / ROWS);
    const last = Math.floor(Math.min(rows - 1, row + REACH) / ROWS);
    for (let strip = first; strip <= last; strip++) {
      const ranges = strips.get(strip) ?? [];
      ranges.push(columnsNear);
      strips.set(strip, ranges);
    }
  }
  return [...strips]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([strip, ranges]) =>
      joined(ranges).map(([fromColumn, toColumn]) => ({
        fromRow: strip * ROWS,
        toRow: Math.min(rows, (strip + 1) * ROWS),
        fromColumn,
        toColumn,
      })),
    );
}

function joined(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const out: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}
