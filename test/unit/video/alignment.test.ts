import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignFrames } from '../../../server/pipeline/match/video/assign-frames.ts';
import { fitLine, median } from '../../../server/pipeline/match/video/fit-line.ts';
import type { FrameMatrix } from '../../../server/pipeline/match/video/frame-matrix.ts';
import { proposeRuns } from '../../../server/pipeline/match/video/hough.ts';
import { ALL_SPEEDS, searchLine } from '../../../server/pipeline/match/video/search-line.ts';
import type { Similarities } from '../../../server/pipeline/match/video/similarity.ts';
import { findPath } from '../../../server/pipeline/match/video/temporal-network.ts';

/** Noise of a fixed seed, 0…1. */
function makeNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A similarity matrix at 2 samples a second with lines drawn into noise: [query from, query to, speed, offset] in seconds. */
function drawn(
  rows: number,
  columns: number,
  lines: readonly (readonly [number, number, number, number])[],
): Similarities & { readonly values: Float32Array } {
  const noise = makeNoise(7);
  const values = Float32Array.from({ length: rows * columns }, () => 0.25 * noise());
  for (const [from, to, speed, offset] of lines) {
    for (let i = from * 2; i <= to * 2; i++) {
      const j = Math.round(speed * i + offset * 2);
      if (j >= 0 && j < columns) values[i * columns + j] = 0.7 + 0.2 * noise();
    }
  }
  const times = (count: number) => Float64Array.from({ length: count }, (_, i) => 500 * i);
  return {
    rows,
    columns,
    values,
    rowTimes: times(rows),
    columnTimes: times(columns),
    rowClock: times(rows),
    rowWeight: new Float64Array(rows).fill(1),
    block(fromRow, toRow, fromColumn, toColumn) {
      const out = [];
      for (let i = fromRow; i < toRow; i++) {
        out.push(...values.subarray(i * columns + fromColumn, i * columns + toColumn));
      }
      return Float32Array.from(out);
    },
  };
}

const HOUGH = { minSimilarity: 0.4, maxProposals: 4 };

test('Hough finds offset and speed of one run', async () => {
  const [best] = await proposeRuns(drawn(60, 120, [[5, 20, 1, 12]]), HOUGH);
  assert.ok(best);
  assert.ok(Math.abs(best.speed - 1) < 0.13 && Math.abs(best.speed * 12_500 + best.offsetMs - 24_500) <= 800);
  assert.deepEqual(best.queryMs, [5_000, 20_000]);
});

test('Hough tells two runs of one work apart, one of them backwards and one at double speed', async () => {
  const runs = await proposeRuns(
    drawn(80, 160, [
      [2, 14, 2, 1],
      [20, 34, -1, 70],
    ]),
    HOUGH,
  );
  assert.ok(
    runs.some((run) => run.speed > 1.7 && run.queryMs[0] === 2_000),
    'the fast one',
  );
  assert.ok(
    runs.some((run) => run.speed < -0.8 && run.speed > -1.3 && run.queryMs[1] === 34_000),
    'the backward one',
  );
});

test('Hough: beside a long run nothing is proposed, so that a second, shorter one of the same stretch is', async () => {
  const matrix = drawn(160, 200, [
    [2, 62, 1, 20],
    [70, 76, 1, -20],
  ]);
  // A frame also resembles the seconds around it.
  for (let i = 0; i < matrix.rows; i++) {
    const at = i * matrix.columns;
    const row = matrix.values.slice(at, at + matrix.columns);
    for (let j = 0; j < matrix.columns; j++) {
      for (let d = 1; d <= 5; d++) {
        const near = Math.max(row[j - d] ?? 0, row[j + d] ?? 0) - 0.06 * d;
        matrix.values[at + j] = Math.max(matrix.values[at + j]!, near);
      }
    }
  }
  const [first, second] = await proposeRuns(matrix, HOUGH);
  assert.deepEqual(first!.queryMs, [2_000, 62_000]);
  assert.ok(second!.queryMs[0] >= 69_000 && second!.queryMs[1] <= 77_000, JSON.stringify(second));
});

test('Hough: one frame like every frame of a still work is no run', async () => {
  const matrix = drawn(40, 100, []);
  matrix.values.fill(0.8, 20 * 100, 21 * 100);
  const [best] = await proposeRuns(matrix, HOUGH);
  assert.ok(!best || best.votes < 1);
});

const WHOLE = {
  queryMs: [0, 1e9] as const,
  workMs: [0, 1e9] as const,
  minSimilarity: 0.4,
  top: 5,
  maxStepMs: 5_000,
};

test('the temporal network follows the heaviest chain over gaps, forwards and backwards', () => {
  const forward = findPath(
    drawn(60, 120, [
      [5, 9, 1, 12],
      [11, 20, 1, 12],
    ]),
    { ...WHOLE, backwards: false },
  );
  assert.deepEqual([forward[0]!.queryMs, forward.at(-1)!.queryMs], [5_000, 20_000]);
  assert.deepEqual([forward[0]!.workMs, forward.at(-1)!.workMs], [17_000, 32_000]);
  const matrix = drawn(60, 120, [[5, 20, -1, 40]]);
  const backward = findPath(matrix, { ...WHOLE, backwards: true });
  assert.deepEqual([backward[0]!.workMs, backward.at(-1)!.workMs], [35_000, 20_000]);
  assert.ok(findPath(matrix, { ...WHOLE, backwards: false }).length < 6, 'a backward run is no forward path');
});

/** Of every six seconds the rows of the first one alone: 0, 0.5, 6, 6.5, …; the rest was passed over. */
function uneven(full: Similarities): Similarities {
  const kept = Array.from({ length: full.rows }, (_, row) => row).filter((row) => row % 12 < 2);
  return {
    ...full,
    rows: kept.length,
    rowTimes: Float64Array.from(kept, (row) => full.rowTimes[row]!),
    rowClock: Float64Array.from(kept, (_, i) => 1_500 * (i >> 1) + 500 * (i % 2)),
    block(fromRow, toRow, fromColumn, toColumn) {
      const rows = kept.slice(fromRow, toRow).map((row) => full.block(row, row + 1, fromColumn, toColumn));
      return Float32Array.from(rows.flatMap((row) => [...row]));
    },
  };
}

test('where most of a film was passed over a run and its path go on over what was not seen', async () => {
  const similarities = uneven(drawn(96, 160, [[6, 36.5, 1, 20]]));
  const [best] = await proposeRuns(similarities, HOUGH);
  assert.deepEqual(best?.queryMs, [6_000, 36_500]);
  const options = { minSimilarity: 0.4, top: 5, maxStepMs: 5_000, backwards: false };
  const path = findPath(similarities, { ...options, queryMs: [0, 48_000], workMs: [0, 80_000] });
  assert.deepEqual(
    path.map(({ queryMs }) => queryMs / 1000),
    [6, 6.5, 12, 12.5, 18, 18.5, 24, 24.5, 30, 30.5, 36, 36.5],
  );
});

test('the line fit leaves gross errors out', () => {
  const noise = makeNoise(3);
  const pairs = Array.from({ length: 40 }, (_, i) => ({
    queryMs: 100 * i,
    workMs: i % 5 === 0 ? 9_000 * noise() : 0.75 * 100 * i + 2_000 + 6 * (noise() - 0.5),
    weight: 1,
  }));
  const line = fitLine(pairs, { speed: 0.7, offsetMs: 2_050 }, 40);
  assert.ok(
    line && Math.abs(line.speed - 0.75) < 0.01 && Math.abs(line.offsetMs - 2_000) < 20,
    JSON.stringify(line),
  );
  assert.ok(Number.isNaN(median([])));
  assert.equal(median([3, 1, 2, 10]), 2.5);
});

/** Frames at 25 a second; along a line they are alike, elsewhere hardly. */
function frames(
  rows: number,
  columns: number,
  runs: readonly { from: number; to: number; column: (row: number) => number }[],
): FrameMatrix {
  const noise = makeNoise(11);
  const presence = Float32Array.from({ length: rows * columns }, () => 0.15 * noise());
  for (const { from, to, column } of runs) {
    for (let i = from; i < to; i++) {
      // A frame also resembles its neighbours in time.
      for (let d = -3; d <= 3; d++) {
        const j = Math.round(column(i)) + d;
        if (j >= 0 && j < columns) presence[i * columns + j] = 0.95 - 0.1 * Math.abs(d);
      }
    }
  }
  const evidence = presence.map((value) => 1.3 * value);
  const times = (count: number) => Float64Array.from({ length: count }, (_, i) => 40 * i);
  return {
    queryTimes: times(rows),
    workTimes: times(columns),
    presence,
    evidence,
    queryStepMs: 40,
    workStepMs: 40,
  };
}

const search = (rows: number) => ({
  speeds: ALL_SPEEDS,
  free: new Array<boolean>(rows).fill(true),
  threshold: 0.5,
});

test('a splice is found to the frame', () => {
  const matrix = frames(150, 200, [{ from: 37, to: 104, column: (i) => i + 60 }]);
  const run = searchLine(matrix, search(150))!;
  assert.deepEqual(run.line, { speed: 1, offsetMs: 2_400 });
  assert.deepEqual(assignFrames([{ line: run.line, matrix }], [0.5]), [{ index: 0, from: 37, to: 104 }]);
});

test('speed and direction are set within one percent', () => {
  const fast = searchLine(
    frames(120, 260, [{ from: 10, to: 100, column: (i) => 1.62 * i + 30 }]),
    search(120),
  )!;
  assert.ok(Math.abs(fast.line.speed - 1.62) < 0.016, `${fast.line.speed}`);
  const back = searchLine(frames(120, 200, [{ from: 10, to: 100, column: (i) => 180 - i }]), search(120))!;
  assert.deepEqual(back.line, { speed: -1, offsetMs: 7_200 });
});

/** Frames of a scene that moves so much a frame, along a line of 1.012 times the speed. */
function drifting(movement: number): FrameMatrix {
  const presence = Float32Array.from({ length: 150 * 200 }, (_, at) => {
    const [i, j] = [Math.floor(at / 200), at % 200];
    return Math.max(0, 0.9 - movement * (j - (1.012 * i + 20)) ** 2);
  });
  return { ...frames(150, 200, []), presence, evidence: presence };
}

test('of lines that say as much the one of natural speed is taken, of others not', () => {
  const slow = searchLine(drifting(0.0008), search(150))!;
  assert.equal(slow.line.speed, 1);
  assert.ok(Math.abs(slow.line.offsetMs - 20.9 * 40) <= 40, `${slow.line.offsetMs}`);
  assert.deepEqual([slow.from, slow.to], [0, 150]);
  const clear = searchLine(drifting(0.3), search(150))!;
  assert.ok(Math.abs(clear.line.speed - 1.012) < 0.003, `${clear.line.speed}`);
});

test('two touching stretches of one work are parted at the right frame', () => {
  const matrix = frames(120, 200, [
    { from: 0, to: 53, column: (i) => i + 120 },
    { from: 53, to: 120, column: (i) => i - 30 },
  ]);
  const lines = [
    { line: { speed: 1, offsetMs: 4_800 }, matrix },
    { line: { speed: 1, offsetMs: -1_200 }, matrix },
  ];
  assert.deepEqual(assignFrames(lines, [0.5, 0.5]), [
    { index: 0, from: 0, to: 53 },
    { index: 1, from: 53, to: 120 },
  ]);
});

test('no line is drawn through noise', () => {
  assert.equal(searchLine(frames(60, 80, []), search(60)), null);
});
