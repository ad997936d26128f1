import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Vector } from '../../../server/domain/fingerprint.ts';
import type { AlignedRun } from '../../../server/pipeline/match/video/align-window.ts';
import { FULL } from '../../../server/pipeline/match/video/placement.ts';
import type { Window } from '../../../server/pipeline/match/video/plan-windows.ts';
import { settlePath } from '../../../server/pipeline/match/video/settle-path.ts';

/** A copied stretch: query times from–to, and where the work stands by it. */
interface Copied {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
}

/** Reads windows of a query that copies these stretches, at natural speed; a run needs half a second. */
function makeLook(copied: readonly Copied[]) {
  const windows: Window[] = [];
  const look = async (window: Window): Promise<AlignedRun[]> => {
    windows.push(window);
    return copied.flatMap(({ fromMs, toMs, offsetMs }) => {
      const from = Math.max(window.queryMs[0], fromMs, window.workMs[0] - offsetMs);
      const to = Math.min(window.queryMs[1], toMs, window.workMs[1] - offsetMs);
      if (to - from < 500) return [];
      const times = { queryMs: [from, to] as const, workMs: [from + offsetMs, to + offsetMs] as const };
      return [{ ...times, speed: 1, placement: FULL, likeness: 0.9, movement: 0.8, frames: 20 }];
    });
  };
  return { windows, look };
}

/** What the samples say, a second each. */
function pathOf(fromS: number, toS: number, offsetMs: (second: number) => number) {
  return Array.from({ length: toS - fromS + 1 }, (_, i) => ({
    queryMs: 1000 * (fromS + i),
    workMs: 1000 * (fromS + i) + Math.round(offsetMs(fromS + i) / 1000) * 1000,
    similarity: 0.8,
  }));
}

/** A query of ten minutes with a sample every second. */
const QUERY = {
  workStepMs: 1_000,
  query: {
    durationMs: 600_000,
    spans: Array.from({ length: 600 }, (_, second) => ({
      startMs: 1000 * second,
      endMs: 1000 * (second + 1),
      vector: new Int8Array(1) as Vector,
    })),
  },
};
const secondsOf = (windows: readonly Window[]) =>
  windows.reduce((sum, { queryMs }) => sum + (queryMs[1] - queryMs[0]) / 1000, 0);

test('of a long copy only the two ends are read', async () => {
  const { windows, look } = makeLook([{ fromMs: 100_240, toMs: 160_600, offsetMs: 37_120 }]);
  const settled = await settlePath(
    pathOf(101, 160, () => 37_120),
    QUERY,
    look,
  );
  assert.equal(windows.length, 2);
  assert.ok(secondsOf(windows) < 15, `${secondsOf(windows)} s`);
  const runs = settled.flatMap((one) => one.runs);
  assert.equal(Math.min(...runs.map((run) => run.queryMs[0])), 100_240);
  assert.equal(Math.max(...runs.map((run) => run.queryMs[1])), 160_600);
});

test('a jump within a long copy is found by halves', async () => {
  const { windows, look } = makeLook([
    { fromMs: 100_240, toMs: 131_400, offsetMs: 37_120 },
    { fromMs: 131_400, toMs: 160_600, offsetMs: 37_600 },
  ]);
  const path = pathOf(101, 160, (second) => (second < 131.4 ? 37_120 : 37_600));
  const settled = await settlePath(path, QUERY, look);
  assert.ok(windows.length <= 7, `${windows.length} windows`);
  const edges = settled.flatMap(({ runs }) => runs.flatMap(({ queryMs }) => queryMs));
  assert.ok(edges.includes(131_400), edges.join(' '));
});

test('where the samples go on too far, or not far enough, the ends are found all the same', async () => {
  const short = makeLook([{ fromMs: 120_040, toMs: 148_600, offsetMs: 37_000 }]);
  const fromShort = await settlePath(
    pathOf(101, 160, () => 37_000),
    QUERY,
    short.look,
  );
  const edges = fromShort.flatMap(({ runs }) => runs.flatMap(({ queryMs }) => queryMs));
  assert.equal(Math.min(...edges), 120_040);
  assert.equal(Math.max(...edges), 148_600);
  const long = makeLook([{ fromMs: 90_040, toMs: 190_600, offsetMs: 37_000 }]);
  const fromLong = await settlePath(
    pathOf(101, 160, () => 37_000),
    QUERY,
    long.look,
  );
  const reached = fromLong.flatMap(({ runs }) => runs.flatMap(({ queryMs }) => queryMs));
  assert.deepEqual([Math.min(...reached), Math.max(...reached)], [90_040, 190_600]);
});

test('along a line that is known, reading does not go on', async () => {
  const { windows, look } = makeLook([{ fromMs: 100_240, toMs: 190_600, offsetMs: 37_000 }]);
  const path = pathOf(120, 124, () => 37_000);
  await settlePath(path, QUERY, look, ({ queryMs, workMs }) => workMs[0] - queryMs[0] === 37_000);
  assert.equal(windows.length, 1);
});

test('reading ends where no more may be read', async () => {
  const { look } = makeLook([{ fromMs: 0, toMs: 500_000, offsetMs: 37_000 }]);
  let asked = 0;
  const settled = await settlePath(
    pathOf(101, 160, () => 37_000),
    QUERY,
    async (window) => (++asked <= 3 ? look(window) : null),
  );
  assert.deepEqual([settled.length, asked], [3, 4]);
});

test('at the end of a query little is read beyond it, of the work as well', async () => {
  const { windows, look } = makeLook([{ fromMs: 0, toMs: 8_000, offsetMs: 600_000 }]);
  const spans = QUERY.query.spans.slice(0, 8);
  await settlePath(
    pathOf(0, 7, () => 600_000),
    { ...QUERY, query: { durationMs: 8_000, spans } },
    look,
  );
  assert.equal(windows.length, 1);
  const [{ queryMs, workMs }] = windows as [Window];
  assert.ok(queryMs[0] === 0 && queryMs[1] >= 8_000 && queryMs[1] <= 8_500, queryMs.join(' '));
  assert.ok(workMs[1] - workMs[0] < 20_000, workMs.join(' '));
});

test('where the samples of the work stand far apart, more is looked at beyond a path', async () => {
  const copied = { fromMs: 100_240, toMs: 107_900, offsetMs: 37_120 };
  const path = pathOf(102, 106, () => 37_120);
  const dense = makeLook([copied]);
  await settlePath(path, QUERY, dense.look);
  const sparse = makeLook([copied]);
  const settled = await settlePath(path, { ...QUERY, workStepMs: 2_100 }, sparse.look);
  assert.equal(sparse.windows.length, 1, 'one window holds all of it');
  assert.ok(dense.windows.length > 1);
  assert.deepEqual(settled[0]!.runs[0]!.queryMs, [100_240, 107_900]);
});

test('where the rest of a shot was passed over a copy is read on to the next sample at once', async () => {
  const { windows, look } = makeLook([{ fromMs: 100_000, toMs: 109_000, offsetMs: 37_000 }]);
  const passed = (startMs: number) => startMs > 103_500 && startMs < 109_000;
  const spans = QUERY.query.spans.filter(({ startMs }) => !passed(startMs));
  const samples = { ...QUERY, query: { ...QUERY.query, spans } };
  const settled = await settlePath(
    pathOf(100, 103, () => 37_000),
    samples,
    look,
  );
  assert.equal(windows.length, 1);
  assert.deepEqual(settled[0]!.runs[0]!.queryMs, [100_000, 109_000]);
});
