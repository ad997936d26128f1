import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTimeLeft, describeTimeLeft } from '../../web/src/api/time-left.ts';
import { momentsOf, type TimedSegment, workTime } from '../../web/src/match/clock.ts';
import { spectrogramOf } from '../../web/src/match/spectrogram.ts';

const time = (startMs: number, endMs: number) => ({
  kind: 'time' as const,
  startMs,
  endMs,
  firstFrame: null,
  lastFrame: null,
  box: null,
});
const segment = (work: [number, number], speed: number): TimedSegment => ({
  query: time(1000, 5000),
  work: time(...work),
  track: 'picture',
  similarity: 1,
  probability: 1,
  speed,
  mirrored: false,
  transform: null,
  isExact: true,
  explanation: '',
});

test('both clocks of a stretch meet at its ends, forwards and backwards', () => {
  const fast = segment([3000, 8000], 1.25);
  assert.deepEqual([workTime(fast, 1000), workTime(fast, 5000)], [3000, 8000]);
  const backwards = segment([3000, 7000], -1);
  assert.deepEqual([workTime(backwards, 1000), workTime(backwards, 5000)], [7000, 3000]);
  assert.deepEqual(momentsOf(fast, 4), [1500, 2500, 3500, 4500]);
});

test('the time left follows the pace, and begins anew with another stage', () => {
  const clock = createTimeLeft();
  const at = (stage: string, done: number, now: number) => clock.report({ stage, done, total: 10 }, now);
  assert.equal(at('decode', 0, 0), null);
  assert.equal(at('decode', 1, 500), null, 'too early to tell');
  assert.equal(at('decode', 4, 2000), 3000);
  assert.equal(at('match', 5, 3000), null, 'another stage has its own pace');
  assert.deepEqual([2000, 32_000, 600_000, 7_300_000].map(describeTimeLeft), [
    'a few seconds left',
    'about 30 s left',
    'about 10 min left',
    'about 2 h left',
  ]);
});

test('a tone stands in its own band of a spectrogram, and silence before the sound is empty', () => {
  const rate = 16_000;
  const tone = Float32Array.from({ length: rate }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / rate));
  const { values } = spectrogramOf(tone, rate, { startMs: -500, endMs: 500, columns: 10, bands: 60 });
  const column = (x: number) => Array.from({ length: 60 }, (_, band) => values[band * 10 + x]!);
  const loudest = column(8).indexOf(Math.max(...column(8)));
  const [low, high] = [loudest, loudest + 1].map((edge) => 80 * (7600 / 80) ** (edge / 60));
  // One band and one bin of the transform (16 Hz) wide.
  assert.ok(low! - 16 <= 440 && high! + 16 >= 440, `the tone stands between ${low} and ${high} Hz`);
  // It begins in the middle.
  assert.deepEqual([Math.max(...column(4)), Math.max(...column(5))], [0, 255]);
});
