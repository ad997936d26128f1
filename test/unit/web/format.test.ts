import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatClock } from '../../../server/domain/describe-segment.ts';

test('a place in time is told to the tenth, or so finely that frames have times of their own', () => {
  assert.deepEqual(
    [0, 61_049, 3_723_500, 59_960].map((ms) => formatClock(ms)),
    ['0:00.0', '1:01.0', '1:02:03.5', '1:00.0'],
  );
  assert.deepEqual(
    [1000, 1040, 59_996].map((ms) => formatClock(ms, 2)),
    ['0:01.00', '0:01.04', '1:00.00'],
  );
});
