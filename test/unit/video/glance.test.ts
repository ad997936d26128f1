import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glanceAt } from '../../../server/pipeline/match/video/glance.ts';
import type { FrameRange, FrameReader } from '../../../server/pipeline/match/video/track.ts';
import { drawBlobs } from './draw-blobs.ts';

/** A film whose every second is another scene; tells what was read of it. */
function film(firstSeed: number): FrameReader & { readonly read: FrameRange[] } {
  const read: FrameRange[] = [];
  return {
    read,
    async readClips(ranges) {
      read.push(...ranges);
      return ranges.map(({ startMs, endMs, maxFrames, isRough }) => {
        const frames = [];
        for (
          let timeMs = Math.ceil(startMs / 40) * 40;
          timeMs < endMs && frames.length < maxFrames;
          timeMs += 40
        ) {
          // What no other frame refers to is missing: every other one, those at odd seconds among them.
          if (isRough && timeMs % 80 === 40) continue;
          frames.push({
            timeMs,
            data: Uint8Array.from(drawBlobs(firstSeed + Math.floor(timeMs / 1000)).data),
          });
        }
        return { width: 96, height: 54, frames };
      });
    },
  };
}

/** Ten points, 20 s later in the work. */
const path = Array.from({ length: 10 }, (_, i) => ({
  queryMs: 1000 * i,
  workMs: 1000 * i + 20_000,
  similarity: i === 3 || i === 7 ? 0.9 : 0.5,
}));

const secondsOf = (read: readonly FrameRange[]) =>
  read.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / 1000, 0);

test('a copy is worth reading, another film is not; little is read to tell', async () => {
  const [query, work, stranger] = [film(120), film(100), film(300)];
  assert.equal(await glanceAt(path, query, work), true);
  assert.deepEqual(
    query.read.map(({ startMs }) => startMs),
    [3_000, 7_000],
  );
  assert.ok(secondsOf(work.read) < 4, `${secondsOf(work.read)}`);
  assert.equal(await glanceAt(path, query, stranger), false);
});

test('what was kept when the query was sampled is not read again', async () => {
  const [query, work, stranger] = [film(120), film(100), film(300)];
  const asked: number[] = [];
  const sampled = {
    at(timeMs: number) {
      asked.push(timeMs);
      const data = Uint8Array.from(drawBlobs(120 + timeMs / 1000).data);
      return timeMs === 3_000 ? { width: 96, height: 54, frames: [{ timeMs, data }] } : null;
    },
  };
  assert.equal(await glanceAt(path, query, work, sampled), true);
  assert.deepEqual(asked, [3_000, 7_000]);
  assert.deepEqual(
    query.read.map(({ startMs }) => startMs),
    [7_000],
  );
  assert.equal(await glanceAt(path, query, stranger, sampled), false);
});

test('where the query has no frame at the times of its samples nothing is ruled out', async () => {
  const none: FrameReader = {
    readClips: async (ranges) => ranges.map(() => ({ width: 96, height: 54, frames: [] })),
  };
  assert.equal(await glanceAt(path, none, film(300)), true);
});

test('vectors that are very alike in three frames in a row need no look, in two they do', async () => {
  const [query, stranger] = [film(120), film(300)];
  const alike = path.map((point) => ({ ...point, similarity: 0.9 }));
  assert.equal(await glanceAt(alike.slice(0, 3), query, stranger), true);
  assert.deepEqual([query.read, stranger.read], [[], []]);
  assert.equal(await glanceAt(alike.slice(0, 2), query, stranger), false);
});
