import type { Box, Raster } from '../../../domain/media.ts';
import { WHOLE } from '../../../domain/media.ts';

/** Bars are at most this bright (mean of a line, 0…255), compression noise included. */
const MAX_DARK = 36;
/** Luminance of a line of a bar varies no more than this (2nd to 98th percentile). */
const MAX_RANGE = 22;
/** Bright uniform bars must be cleaner than dark ones: a sky is not a bar. */
const MAX_BRIGHT_RANGE = 3;
const MIN_BAR = 0.02;
const MIN_CONTENT = 0.25;

/**
 * The part of a picture inside black (or clean one-coloured) bars, in fractions; the whole picture when there are
 * none, when hardly anything would be left, or when all of it is dark.
 */
export function findContentBox(raster: Raster): Box {
  const { width, height, data } = raster;
  const luma = new Uint8Array(width * height);
  for (let i = 0; i < luma.length; i++) {
    luma[i] = (data[3 * i]! * 77 + data[3 * i + 1]! * 150 + data[3 * i + 2]! * 29) >> 8;
  }
  const [top, bottom] = findBars(height, (y) => lineOf(luma, y * width, 1, width));
  const [left, right] = findBars(width, (x) => lineOf(luma, x + top * width, width, height - top - bottom));
  const box = {
    x: left / width,
    y: top / height,
    width: (width - left - right) / width,
    height: (height - top - bottom) / height,
  };
  return box.width < MIN_CONTENT || box.height < MIN_CONTENT ? WHOLE : box;
}

/** The smallest box around all; bars of a film hold for all of its pictures. */
export function joinBoxes(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return WHOLE;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

interface Line {
  readonly mean: number;
  readonly range: number;
}

/** How many lines at both ends are bars. */
function findBars(count: number, line: (index: number) => Line): [number, number] {
  const first = runOfBars(count, line);
  const last = runOfBars(count, (i) => line(count - 1 - i));
  if (first + last >= count) return [0, 0];
  const least = MIN_BAR * count;
  return [first < least ? 0 : first, last < least ? 0 : last];
}

function runOfBars(count: number, line: (index: number) => Line): number {
  const outer = line(0);
  for (let i = 0; i < count; i++) {
    const { mean, range } = line(i);
    const isBar = outer.mean <= MAX_DARK ? mean <= MAX_DARK && range <= MAX_RANGE : range <= MAX_BRIGHT_RANGE;
    if (!isBar || Math.abs(mean - outer.mean) > 12) return i;
  }
  return count;
}

function lineOf(luma: Uint8Array, start: number, step: number, count: number): Line {
  const histogram = new Uint16Array(256);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = luma[start + i * step]!;
    histogram[value] = histogram[value]! + 1;
    sum += value;
  }
  const cut = Math.floor(count * 0.02);
  let low = 0;
  for (let seen = 0; low < 255; low++) {
    seen += histogram[low]!;
    if (seen > cut) break;
  }
  let high = 255;
  for (let seen = 0; high > 0; high--) {
    seen += histogram[high]!;
    if (seen > cut) break;
  }
  return { mean: count > 0 ? sum / count : 0, range: Math.max(0, high - low) };
}
