import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkId } from '../../../server/domain/ids.ts';
import { chooseWorks } from '../../../server/pipeline/match/video/choose-works.ts';
import { tilesAround } from '../../../server/pipeline/match/video/tiles.ts';
import type { FrameHit, Track } from '../../../server/pipeline/match/video/track.ts';

const NEIGHBOURS = 12;
const work = (number: number) => `work_${number}` as WorkId;

/** A query of 100 seconds; what the index finds for each is made up. */
async function choose(hitsOf: (row: number) => FrameHit[], maxWorks = 3) {
  const spans = Array.from({ length: 100 }, (_, second) => ({
    startMs: 1000 * second,
    endMs: 1000 * second + 1000,
    vector: Int8Array.of(second),
  }));
  const track: Track = { durationMs: 100_000, spans };
  const asked = {
    track,
    parts: [],
    minSimilarity: 0.3,
    partPenalty: 0.06,
    exclude: new Set<WorkId>(),
    maxWorks,
  };
  return await chooseWorks(asked, {
    query: (vectors) =>
      vectors.map(([row]) =>
        hitsOf(row!)
          .toSorted((a, b) => b.similarity - a.similarity)
          .slice(0, NEIGHBOURS),
      ),
  });
}

/** In a crowd every frame has a dozen neighbours that are as like as 0.55 and stand anywhere. */
const crowd = (row: number): FrameHit[] =>
  Array.from({ length: NEIGHBOURS }, (_, k) => ({
    workId: work((row * 7 + k * 31) % 40),
    span: (row * 613 + k * 257) % 3600,
    similarity: 0.55 + 0.002 * k,
  }));

test('in a crowd three seconds that are clearly alike and follow each other come first', async () => {
  const copied = (row: number): FrameHit[] =>
    row >= 50 && row < 53 ? [{ workId: work(99), span: row + 1000, similarity: 0.85 }] : [];
  // Five seconds in a row of another work are as like as the crowd is, a sum of votes that is greater.
  const chance = (row: number): FrameHit[] =>
    row >= 20 && row < 25 ? [{ workId: work(98), span: row + 500, similarity: 0.575 }] : [];
  const { candidates, floors } = await choose((row) => [...crowd(row), ...copied(row), ...chance(row)]);
  assert.equal(candidates[0]?.workId, work(99));
  assert.deepEqual(
    candidates[0].pairs.map(({ row, column }) => [row, column]),
    [50, 51, 52].map((row) => [row, row + 1000]),
  );
  assert.ok(
    floors.every((floor) => floor > 0.4 && floor < 0.43),
    String(floors[0]),
  );
});

test('a dozen copies of one film do not hide each other', async () => {
  const { candidates, floors } = await choose(
    (row) => Array.from({ length: 14 }, (_, k) => ({ workId: work(k), span: row + k, similarity: 0.9 })),
    20,
  );
  assert.equal(candidates.length, 12);
  assert.ok(floors.every((floor) => floor <= 0.45));
  assert.ok(candidates.every(({ pairs }) => pairs.length === 100));
});

test('tiles lie around the pairs, each place once, whole rows first', () => {
  const pairs = [
    { row: 2, column: 3 },
    { row: 6, column: 40 },
    { row: 90, column: 95 },
  ];
  const tiles = tilesAround(pairs, 100, 100);
  const seen = new Set<string>();
  for (const { fromRow, toRow, fromColumn, toColumn } of tiles) {
    for (let row = fromRow; row < toRow; row++) {
      for (let column = fromColumn; column < toColumn; column++) {
        assert.ok(!seen.has(`${row} ${column}`), 'twice');
        seen.add(`${row} ${column}`);
      }
    }
  }
  for (const { row, column } of pairs) {
    for (let d = -12; d <= 12; d++) {
      const [r, c] = [row + d, column + 2 * d];
      if (r >= 0 && r < 100 && c >= 0 && c < 100) assert.ok(seen.has(`${r} ${c}`), `${r} ${c}`);
    }
  }
  assert.ok(!seen.has('50 50'));
  assert.deepEqual(
    tiles.map(({ fromRow }) => fromRow),
    tiles.map(({ fromRow }) => fromRow).toSorted((a, b) => a - b),
  );
});
