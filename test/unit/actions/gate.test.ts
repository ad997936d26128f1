import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from '../../../server/actions/media/gate.ts';

test('a gate lets so many through at once, in order, and goes on after a failure', async () => {
  const gate = createGate(2);
  const started: number[] = [];
  let under = 0;
  let most = 0;
  const task = (i: number) => async () => {
    started.push(i);
    most = Math.max(most, ++under);
    await new Promise((resolve) => setTimeout(resolve, 5));
    under--;
    if (i === 1) throw new Error('one fails');
    return i;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((i) => gate(task(i))));
  assert.deepEqual(
    results.map((one) => (one.status === 'fulfilled' ? one.value : 'failed')),
    [0, 'failed', 2, 3, 4],
  );
  assert.deepEqual(started, [0, 1, 2, 3, 4]);
  assert.equal(most, 2);
  assert.equal(await gate(async () => 'free again'), 'free again');
});
