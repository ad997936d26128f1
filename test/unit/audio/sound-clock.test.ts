import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { createSoundClock } from '../../../server/media/audio/sound-clock.ts';

type Asked = Parameters<typeof createSoundClock>[0];

/** Sound of ten seconds in a clock of milliseconds, beside pictures that begin at `picturesMs`. */
function clockOf(format: string, picturesMs: number | null, soundMs = 0) {
  const timeBase = { num: 1, den: 1000 };
  const stream = { startTime: BigInt(soundMs), timeBase };
  const asked = {
    input: { iformat: { name: format } },
    stream,
    pictures: picturesMs === null ? undefined : { ...stream, startTime: BigInt(picturesMs) },
    info: { durationMs: 10_000 },
  };
  const clock = createSoundClock(asked as unknown as Asked);
  return (timestamps: readonly (number | null)[]) =>
    timestamps.map((ms) => clock.silenceBefore(ms === null ? AV_NOPTS_VALUE : BigInt(ms), 100));
}

test('silence stands before sound that begins after the pictures, and in its holes', () => {
  const silence = clockOf('matroska,webm', 1_000, 3_000);
  assert.deepEqual(silence([3_000, 3_100, 3_200, 5_000, 5_100]), [2_000, 0, 0, 1_700, 0]);
});

test('many small gaps add up to one', () => {
  assert.deepEqual(clockOf('mov,mp4', 0)([0, 120, 240, 360, 480]), [0, 0, 0, 60, 0]);
});

test('what is heard before the pictures begin is left out; times of sound alone begin with it', () => {
  assert.deepEqual(clockOf('mpegts', 1_000, 800)([800, 900, 1_000, 1_100]), [-1, -1, 0, 0]);
  assert.deepEqual(clockOf('mov,mp4', null, 800)([800, 900]), [0, 0]);
});

test('no silence where a timestamp cannot be meant, is missing, goes back, or follows from the sound', () => {
  // Forty hours on, then as before from there; back to the start, likewise.
  assert.deepEqual(clockOf('matroska', 0)([0, 144_000_000, 144_000_100, 144_001_000]), [0, 0, 0, 800]);
  assert.deepEqual(clockOf('matroska', 0)([0, 100, 0, 100, 1_000]), [0, 0, 0, 0, 800]);
  assert.deepEqual(clockOf('matroska', 0)([0, null, null, 300]), [0, 0, 0, 0]);
  assert.deepEqual(clockOf('mp3', 0)([0, 5_000]), [0, 0]);
});
