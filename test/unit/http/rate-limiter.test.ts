import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccessError } from '../../../server/errors.ts';
import { createRateLimiter } from '../../../server/http/rate-limiter.ts';

test('a burst passes, then one token comes back per interval', () => {
  const limiter = createRateLimiter(2, 3);
  assert.deepEqual(limiter.take('a', 0), { limit: 3, remaining: 2, resetS: 1 });
  limiter.take('a', 0);
  assert.equal(limiter.take('a', 0)?.remaining, 0);
  assert.throws(
    () => limiter.take('a', 100),
    (error) =>
      error instanceof AccessError && error.code === 'rate_limited' && error.extra['retryAfterS'] === 1,
  );
  assert.equal(limiter.take('a', 600)?.remaining, 0, 'half a second gives one of two tokens a second');
  assert.throws(() => limiter.take('a', 700));
});

test('callers do not share a bucket', () => {
  const limiter = createRateLimiter(1, 1);
  limiter.take('a', 0);
  assert.throws(() => limiter.take('a', 0));
  assert.ok(limiter.take('b', 0));
});

test('a refused request takes no token', () => {
  const limiter = createRateLimiter(1, 1);
  limiter.take('a', 0);
  for (let ms = 100; ms < 1000; ms += 100) assert.throws(() => limiter.take('a', ms));
  assert.ok(limiter.take('a', 1000));
});

test('a limit of 0 is no limit', () => {
  const limiter = createRateLimiter(0, 1);
  for (let i = 0; i < 100; i++) assert.equal(limiter.take('a', 0), null);
});

test('memory is bounded by callers with a used bucket', () => {
  const limiter = createRateLimiter(1000, 1);
  for (let i = 0; i < 30_000; i++) limiter.take(`caller ${i}`, i);
  assert.ok(limiter.take('caller 0', 40_000));
});
