import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyLevel } from '../../../scripts/calibrate/thresholds.ts';

test('copies begin above every stranger, further above when their tail is long', () => {
  const even = Array.from({ length: 100 }, (_, i) => i / 100);
  const long = even.map((score, i) => (i < 90 ? score : score + (i - 89)));
  for (const scores of [even, long]) assert.ok(copyLevel(scores) > Math.max(...scores));
  assert.ok(copyLevel(long) - Math.max(...long) > copyLevel(even) - Math.max(...even));
});

test('of an exponential tail the level leaves five in a thousand', () => {
  // Quantiles of the exponential distribution: the share above x is exp(−x).
  const scores = Array.from({ length: 2000 }, (_, i) => -Math.log((i + 0.5) / 2000));
  const level = copyLevel(scores.map((score) => Math.min(score, 5)));
  assert.ok(Math.abs(level - -Math.log(0.005)) < 0.25, String(level));
});

test('a handful of strangers says nothing', () => {
  assert.throws(() => copyLevel([1, 2, 3]), RangeError);
});
