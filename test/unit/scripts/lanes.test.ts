import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInLanes } from '../../../scripts/test/lanes.ts';

/** Tasks by suite, and the names of those that ran side by side at any moment. */
function makeTasks(suites: string) {
  const running: string[] = [];
  const seen: string[] = [];
  const tasks = [...suites].map((suite, i) => ({
    suite,
    async run() {
      running.push(suite);
      seen.push([...running].sort().join(''));
      await sleep(5 + 3 * (i % 3));
      running.splice(running.indexOf(suite), 1);
    },
  }));
  return { tasks, seen };
}

const most = (suite: string) => (suite === 'a' ? 1 : 2);

test('every task runs, two at a time, of a suite no more than it allows', async () => {
  const { tasks, seen } = makeTasks('aaabbbb');
  await runInLanes(tasks, 2, most);
  assert.equal(seen.length, 7);
  assert.ok(!seen.includes('aa'), seen.join());
  assert.ok(seen.includes('ab'), 'another suite runs beside one whose files follow each other');
  assert.ok(seen.every((names) => names.length <= 2));
});

test('what is left of such a suite runs on when the others are done', async () => {
  const { tasks, seen } = makeTasks('baaaa');
  await runInLanes(tasks, 2, most);
  assert.equal(seen.length, 5);
});

test('a task that throws is told when the other lane has ended', async () => {
  const { tasks, seen } = makeTasks('bbb');
  const broken = { suite: 'b', run: () => Promise.reject(new Error('no')) };
  await assert.rejects(runInLanes([broken, ...tasks], 2, most), /no/);
  assert.equal(seen.length, 3);
});
