import type { Box, Raster } from '../../domain/media.ts';
import { halve, quantizeBox } from '../fingerprint/index.ts';

/** Panels given at most. */
const MAX_PANELS = 8;
/** Straight edges considered in each direction, besides the sides of the picture. */
const MAX_LINES = 9;
/** A panel covers at least this share of each side of the picture, and less than all of it. */
const LEAST_SIDE = 0.14;
/** Share of a panel's edge that must be seen, on every side and on average over sides within the picture. */
const LEAST_SUPPORT = 0.1;
const MEAN_SUPPORT = 0.25;
/** Lines this far away tell texture from a straight edge. */
const BESIDE = 5;
/** Panels that overlap more than this (intersection over union) are one. */
const SAME = 0.75;

/** Where brightness jumps from one row (column) to the next; 1 or 0 a pixel, and running sums along the line. */
interface EdgeMap {
  /** Number of lines across the direction (rows for horizontal edges) and pixels a line. */
  readonly lines: number;
  readonly length: number;
  /** `sums[line * (length + 1) + i]` = edge pixels before `i`. */
  readonly sums: Int32Array;
}

interface Panel {
  readonly box: Box;
  readonly support: number;
}

/**
 * Rectangles with straight sides along the axes that the picture itself shows: a picture pasted into another, the
 * cells of a collage, what a border, a caption bar or a screenshot frames. Best first, at most eight, the whole
 * picture excluded. A rectangle that only looks like one costs a useless view, nothing else.
 */
export function findPanels(raster: Raster): Box[] {
  let small = raster;
  while (Math.max(small.width, small.height) > 320) small = halve(small);
  const { width, height } = small;
  if (Math.min(width, height) < 24) return [];
  const luma = toLuma(small);
  const across = edgeMap(luma, height, width, width, 1);
  const down = edgeMap(luma, width, height, 1, width);
  const rows = [0, ...strongLines(across), height];
  const columns = [0, ...strongLines(down), width];
  const panels: Panel[] = [];
  for (const [top, bottom] of spans(rows, height)) {
    for (const [left, right] of spans(columns, width)) {
      const support = supportOf(across, down, { top, bottom, left, right });
      if (support === null) continue;
      const box = quantizeBox({
        x: left / width,
        y: top / height,
        width: (right - left) / width,
        height: (bottom - top) / height,
      });
      panels.push({ box, support });
    }
  }
  return suppress(panels);
}

function toLuma(raster: Raster): Uint8Array {
  const { data } = raster;
  return Uint8Array.from({ length: raster.width * raster.height }, (_, i) => {
    return (data[3 * i]! * 77 + data[3 * i + 1]! * 150 + data[3 * i + 2]! * 29) >> 8;
  });
}

/** Edges between line `y − 1` and `y`; `step` leads to the next line, `along` to the next pixel of a line. */
function edgeMap(luma: Uint8Array, lines: number, length: number, step: number, along: number): EdgeMap {
  const jumps = new Uint8Array(lines * length);
  const histogram = new Int32Array(256);
  for (let y = 1; y < lines; y++) {
    for (let x = 0; x < length; x++) {
      const at = y * step + x * along;
      const jump = Math.abs(luma[at]! - luma[at - step]!);
      jumps[y * length + x] = jump;
      histogram[jump] = histogram[jump]! + 1;
    }
  }
  const threshold = Math.max(10, 3 * medianOf(histogram));
  const sums = new Int32Array(lines * (length + 1));
  for (let y = 1; y < lines; y++) {
    for (let x = 0; x < length; x++) {
      // One line of tolerance to each side: soft and slightly turned edges.
      const at = y * length + x;
      const below = y + 1 < lines ? jumps[at + length]! : 0;
      const edge = Math.max(jumps[at]!, jumps[at - length]!, below) >= threshold ? 1 : 0;
      sums[y * (length + 1) + x + 1] = sums[y * (length + 1) + x]! + edge;
    }
  }
  return { lines, length, sums };
}

function medianOf(histogram: Int32Array): number {
  const half = histogram.reduce((a, b) => a + b, 0) / 2;
  let seen = 0;
  for (let value = 0; value < histogram.length; value++) {
    seen += histogram[value]!;
    if (seen >= half) return value;
  }
  return 0;
}

/** Lines with the longest runs of edge (gaps cost 1.5 times what edge pixels earn), ascending. */
function strongLines(map: EdgeMap): number[] {
  const { lines, length, sums } = map;
  const scores = new Float64Array(lines);
  for (let y = 2; y < lines - 1; y++) {
    let run = 0;
    let best = 0;
    for (let x = 0; x < length; x++) {
      const at = y * (length + 1) + x;
      run = Math.max(0, run + (sums[at + 1]! > sums[at]! ? 1 : -1.5));
      if (run > best) best = run;
    }
    scores[y] = best;
  }
  const order = [...scores.keys()].filter((y) => scores[y]! >= 0.1 * length);
  order.sort((a, b) => scores[b]! - scores[a]!);
  const kept: number[] = [];
  for (const y of order) {
    if (kept.length === MAX_LINES) break;
    if (kept.every((other) => Math.abs(other - y) > 2)) kept.push(y);
  }
  return kept.sort((a, b) => a - b);
}

function spans(lines: readonly number[], length: number): [number, number][] {
  const out: [number, number][] = [];
  for (const [i, from] of lines.entries()) {
    for (const to of lines.slice(i + 1)) if (to - from >= LEAST_SIDE * length) out.push([from, to]);
  }
  return out;
}

/** How much of the rectangle's inner sides are edges; null when a side is missing or there is none within. */
function supportOf(
  across: EdgeMap,
  down: EdgeMap,
  { top, bottom, left, right }: { top: number; bottom: number; left: number; right: number },
): number | null {
  const sides: number[] = [];
  if (top > 0) sides.push(share(across, top, left, right));
  if (bottom < across.lines) sides.push(share(across, bottom, left, right));
  if (left > 0) sides.push(share(down, left, top, bottom));
  if (right < down.lines) sides.push(share(down, right, top, bottom));
  if (sides.length === 0 || Math.min(...sides) < LEAST_SUPPORT) return null;
  const mean = sides.reduce((a, b) => a + b, 0) / sides.length;
  return mean < MEAN_SUPPORT ? null : mean;
}

/** Share of edge pixels on a part of a line, less what lines beside it have: texture is no straight edge. */
function share(map: EdgeMap, line: number, from: number, to: number): number {
  const on = (y: number) => {
    if (y < 2 || y >= map.lines - 1) return 0;
    const at = y * (map.length + 1);
    return (map.sums[at + to]! - map.sums[at + from]!) / (to - from);
  };
  return on(line) - 0.5 * (on(line - BESIDE) + on(line + BESIDE));
}

function suppress(panels: readonly Panel[]): Box[] {
  const kept: Box[] = [];
  for (const { box } of panels.toSorted((a, b) => b.support - a.support)) {
    if (kept.length === MAX_PANELS) break;
    if (kept.every((other) => overlap(other, box) < SAME)) kept.push(box);
  }
  return kept;
}

/** Intersection over union of two boxes, 0…1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  const joint = a.width * a.height + b.width * b.height - shared;
  return joint === 0 ? 0 : shared / joint;
}
