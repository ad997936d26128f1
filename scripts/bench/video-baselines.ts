import type { VideoPrint } from '../../server/pipeline/fingerprint/video/index.ts';
import { compareTracks } from '../../server/pipeline/match/video/index.ts';
import type { Clip, Picture } from './video-frames.ts';
import type { Box } from './video-metrics.ts';

/** A frame hash with the time of its frame. */
export interface FrameHash {
  readonly timeS: number;
  readonly bits: Uint8Array;
}

const RATE = 3;
const SIDE = 64;
const CORNER = 16;
/** vPDQ's settings: distance 31, and here no frame is dropped for its quality. */
const DISTANCE = 31;
const MIN_FRAMES = 2;

/** PDQ-like hashes of a clip: 64 × 64 luminance, 16 × 16 corner of its DCT without the first row and column, median. */
export function hashClip(clip: Clip): FrameHash[] {
  const hashes: FrameHash[] = [];
  for (const [i, timeS] of clip.timesS.entries()) {
    if (hashes.length > 0 && timeS - hashes.at(-1)!.timeS < 1 / RATE - 1e-3) continue;
    hashes.push({ timeS, bits: hashPicture(clip.frames[i]!) });
  }
  return hashes;
}

const COSINES = Array.from({ length: CORNER }, (_, k) =>
  Float64Array.from({ length: SIDE }, (__, n) => Math.cos((Math.PI / SIDE) * (n + 0.5) * (k + 1))),
);

function hashPicture(picture: Picture): Uint8Array {
  const luma = new Float64Array(SIDE * SIDE);
  const counts = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const at = 3 * (y * picture.width + x);
      const cell = Math.floor((y * SIDE) / picture.height) * SIDE + Math.floor((x * SIDE) / picture.width);
      luma[cell] =
        luma[cell]! +
        0.299 * picture.data[at]! +
        0.587 * picture.data[at + 1]! +
        0.114 * picture.data[at + 2]!;
      counts[cell] = counts[cell]! + 1;
    }
  }
  for (let i = 0; i < luma.length; i++) luma[i] = luma[i]! / Math.max(1, counts[i]!);
  const corner: number[] = [];
  for (const vertical of COSINES) {
    const row = new Float64Array(SIDE);
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) row[x] = row[x]! + vertical[y]! * luma[y * SIDE + x]!;
    for (const horizontal of COSINES)
      corner.push(row.reduce((sum, value, x) => sum + value * horizontal[x]!, 0));
  }
  const middle = corner.toSorted((a, b) => a - b)[corner.length / 2]!;
  return Uint8Array.from(corner, (value) => (value > middle ? 1 : 0));
}

/**
 * Frame hashes with a vote over the offset: each query frame matches its nearest reference frames within the
 * distance; the offset with most matches wins; the box runs from the first to the last of them.
 */
export function matchByHash(query: readonly FrameHash[], reference: readonly FrameHash[]): Box[] {
  const votes = new Map<number, { q: number; r: number }[]>();
  for (const a of query) {
    for (const b of reference) {
      let distance = 0;
      for (let i = 0; i < a.bits.length; i++) distance += a.bits[i]! ^ b.bits[i]!;
      if (distance > DISTANCE) continue;
      const bin = Math.round((b.timeS - a.timeS) * RATE);
      votes.set(bin, [...(votes.get(bin) ?? []), { q: a.timeS, r: b.timeS }]);
    }
  }
  const best = [...votes.values()].toSorted((a, b) => b.length - a.length)[0];
  if (!best || best.length < MIN_FRAMES) return [];
  const span = (times: readonly number[]) => [Math.min(...times), Math.max(...times) + 1 / RATE] as const;
  return [{ query: span(best.map(({ q }) => q)), source: span(best.map(({ r }) => r)) }];
}

/**
 * DTW on our vectors (copy-detection.md 2.3): cost 1 − S, the whole query warped on the whole reference, cut where
 * more than three steps in a row are unlike; pieces with mean similarity above 0.2 and more than `least` steps stay.
 */
export function matchByDtw(query: VideoPrint, reference: VideoPrint, least = 3): Box[] {
  const { rows, columns, rowTimes, columnTimes, block } = compareTracks(query, [], reference);
  const values = block(0, rows, 0, columns);
  if (rows === 0 || columns === 0) return [];
  const cost = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const before = Math.min(
        i > 0 ? cost[(i - 1) * columns + j]! : Number.POSITIVE_INFINITY,
        j > 0 ? cost[i * columns + j - 1]! : Number.POSITIVE_INFINITY,
        i > 0 && j > 0 ? cost[(i - 1) * columns + j - 1]! : Number.POSITIVE_INFINITY,
      );
      cost[i * columns + j] = 1 - values[i * columns + j]! + (i + j === 0 ? 0 : before);
    }
  }
  const steps: { i: number; j: number; s: number }[] = [];
  for (let i = rows - 1, j = columns - 1; ; ) {
    steps.push({ i, j, s: values[i * columns + j]! });
    if (i + j === 0) break;
    const up = i > 0 ? cost[(i - 1) * columns + j]! : Number.POSITIVE_INFINITY;
    const left = j > 0 ? cost[i * columns + j - 1]! : Number.POSITIVE_INFINITY;
    const both = i > 0 && j > 0 ? cost[(i - 1) * columns + j - 1]! : Number.POSITIVE_INFINITY;
    if (both <= up && both <= left) {
      i--;
      j--;
    } else if (up <= left) i--;
    else j--;
  }
  const pieces: (typeof steps)[] = [[]];
  let misses = 0;
  for (const step of steps.toReversed()) {
    if (step.s < 0.2) {
      if (++misses > 3) pieces.push([]);
      continue;
    }
    misses = 0;
    pieces.at(-1)!.push(step);
  }
  const span = (times: readonly number[]) =>
    [Math.min(...times) / 1000, Math.max(...times) / 1000 + 1 / RATE] as const;
  return pieces
    .filter((piece) => piece.length > least && piece.reduce((sum, { s }) => sum + s, 0) / piece.length > 0.2)
    .map((piece) => ({
      query: span(piece.map(({ i }) => rowTimes[i]!)),
      source: span(piece.map(({ j }) => columnTimes[j]!)),
    }));
}
