import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  rangeAt,
  readOnce,
  readWholeIfShort,
  roughRangeAt,
} from '../../../server/pipeline/match/video/read-frames.ts';
import type { FrameRange, FrameReader } from '../../../server/pipeline/match/video/track.ts';

/** A film of 25 frames a second; `asked` are the stretches that were read, `fails` those that cannot be. */
function makeFilm(fails: (range: FrameRange) => boolean = () => false) {
  const asked: string[] = [];
  const film: FrameReader = {
    async readClips(ranges) {
      asked.push(ranges.map(({ startMs, endMs }) => `${startMs}-${endMs}`).join(' '));
      if (ranges.some(fails)) throw new Error('unreadable');
      return ranges.map(({ startMs, endMs, maxFrames, isRough }) => {
        const step = isRough ? 80 : 40;
        const first = Math.ceil(startMs / step) * step;
        const count = Math.min(maxFrames, Math.ceil((endMs - first) / step));
        const frames = Array.from({ length: count }, (_, i) => ({
          timeMs: first + i * step,
          data: Uint8Array.of(i),
        }));
        return { width: 1, height: 1, frames };
      });
    },
  };
  return { film, asked };
}

test('what lies within a stretch that was read is not read again', async () => {
  const { film, asked } = makeFilm();
  const reader = readOnce(film);
  await reader.readClips([rangeAt([0, 10_000], 400)]);
  const [clip] = await reader.readClips([roughRangeAt([2_010, 4_000], 400)]);
  assert.deepEqual(
    clip!.frames.map(({ timeMs }) => timeMs),
    Array.from({ length: 49 }, (_, i) => 2_040 + 40 * i),
  );
  const [one] = await reader.readClips([rangeAt([2_000, 2_001], 1)]);
  assert.deepEqual(
    one!.frames.map(({ timeMs }) => timeMs),
    [2_000],
  );
  assert.deepEqual(asked, ['0-10000']);
});

test('what goes beyond it, or was cut short, or could not be read, or was read roughly, is', async () => {
  const { film, asked } = makeFilm(({ endMs }) => endMs === 50_000);
  const reader = readOnce(film);
  await reader.readClips([rangeAt([0, 10_000], 100)]);
  await reader.readClips([rangeAt([1_000, 2_000], 100)]);
  await reader.readClips([rangeAt([9_000, 11_000], 100)]);
  await reader.readClips([roughRangeAt([20_000, 30_000], 400)]);
  await reader.readClips([rangeAt([21_000, 22_000], 400)]);
  await assert.rejects(reader.readClips([rangeAt([40_000, 50_000], 400)]));
  await reader.readClips([rangeAt([41_000, 42_000], 400)]);
  await reader.readClips([{ ...rangeAt([1_000, 2_000], 100), side: 48 }]);
  assert.deepEqual(asked, [
    '0-10000',
    '1000-2000',
    '9000-11000',
    '20000-30000',
    '21000-22000',
    '40000-50000',
    '41000-42000',
    '1000-2000',
  ]);
});

test('what had to be read though it lies within another stretch is held as well', async () => {
  const { film, asked } = makeFilm(({ endMs }) => endMs === 50_000);
  const reader = readOnce(film);
  await reader.readClips([rangeAt([0, 10_000], 100)]);
  await assert.rejects(reader.readClips([rangeAt([40_000, 50_000], 400)]));
  for (let i = 0; i < 3; i++) {
    await reader.readClips([rangeAt([1_000, 2_000], 100)]);
    await reader.readClips([rangeAt([41_000, 42_000], 400)]);
  }
  assert.deepEqual(asked, ['0-10000', '40000-50000', '1000-2000', '41000-42000']);
});

test('what is asked for again stays, what is not goes first', async () => {
  const { film, asked } = makeFilm();
  const reader = readOnce(film, 2);
  await reader.readClips([rangeAt([0, 1_000], 400)]);
  await reader.readClips([rangeAt([2_000, 3_000], 400)]);
  await reader.readClips([rangeAt([0, 1_000], 400)]);
  await reader.readClips([rangeAt([4_000, 5_000], 400)]);
  await reader.readClips([rangeAt([0, 1_000], 400)]);
  assert.deepEqual(asked, ['0-1000', '2000-3000', '4000-5000']);
  await reader.readClips([rangeAt([4_000, 5_000], 400)]);
  // The other one, which has rested longest, is wanted for a part of it.
  await reader.readClips([rangeAt([200, 300], 400)]);
  await reader.readClips([rangeAt([400, 500], 400)]);
  assert.equal(asked.length, 3);
});

test('a short film is read whole, once, and only where all frames are asked for; a long one is not', async () => {
  const { film, asked } = makeFilm();
  const reader = readWholeIfShort(film, 9_000, 8);
  await reader.readClips([roughRangeAt([1_000, 2_000], 100)]);
  const [clip] = await reader.readClips([rangeAt([2_000, 16_000], 4_800)]);
  assert.equal(clip!.frames[0]!.timeMs, 2_000);
  assert.equal(clip!.frames.length, 200);
  await reader.readClips([rangeAt([4_000, 30_000], 4_800)]);
  assert.deepEqual(asked, ['1000-2000', '0-10000']);
  const long = makeFilm();
  await readWholeIfShort(long.film, 60_000, 8).readClips([rangeAt([2_000, 16_000], 4_800)]);
  assert.deepEqual(long.asked, ['2000-16000']);
});

test('of a short film that cannot be read whole a stretch can be read', async () => {
  const { film, asked } = makeFilm(({ endMs }) => endMs === 10_000);
  const reader = readWholeIfShort(film, 9_000, 8);
  const [clip] = await reader.readClips([rangeAt([2_000, 4_000], 4_800)]);
  assert.equal(clip!.frames.length, 50);
  assert.deepEqual(asked, ['0-10000', '2000-4000']);
});
