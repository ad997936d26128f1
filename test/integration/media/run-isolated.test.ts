import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLane } from '../../../server/media/run-isolated.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-isolated-'));
after(() => rmSync(folder, { recursive: true }));

/** A busy machine must not look like a stall: a process may have to wait seconds for its turn. */
const LIMITS = { maxMemoryBytes: 1e9, stallMs: 5_000, timeoutMs: 60_000 };

/** A process of its own that runs a decoding process with this program, and tells its replies and how it ended. */
function startReader(name: string, program: string) {
  const child = join(folder, `${name}-child.mjs`);
  const reader = join(folder, `${name}-reader.mjs`);
  writeFileSync(child, program);
  writeFileSync(
    reader,
    `import { runIsolated } from ${JSON.stringify(join(import.meta.dirname, '../../../server/media/run-isolated.ts'))};
    try {
      for await (const { kind } of runIsolated(${JSON.stringify(child)}, {}, ${JSON.stringify(LIMITS)}, 'none')) process.send(kind);
    } catch (error) {
      process.send(error.code + ': ' + error.message);
    }
    process.disconnect();`,
  );
  const started = fork(reader, [], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const told: string[] = [];
  started.on('message', (message) => told.push(String(message)));
  return { started, told };
}

test('a decoder is not blamed for the time in which the service itself was suspended', async () => {
  const program = `process.on('message', () => {
    process.send({ kind: 'started' });
    setTimeout(() => process.send({ kind: 'done' }), 10_000);
    setInterval(() => process.send({ kind: 'sample' }), 700);
  });`;
  const { started, told } = startReader('suspended', program);
  await once(started, 'message');
  started.kill('SIGSTOP');
  await sleep(LIMITS.stallMs + 2_000);
  started.kill('SIGCONT');
  await once(started, 'exit');
  assert.deepEqual(
    told.filter((kind) => kind !== 'sample'),
    ['started', 'done'],
  );
});

test('one that falls silent is', async () => {
  const program = `process.on('message', () => process.send({ kind: 'started' })); setInterval(() => {}, 1000);`;
  const { started, told } = startReader('silent', program);
  await once(started, 'exit');
  assert.deepEqual(told, ['started', 'corrupt_media: the decoder hung on this file']);
});

test('a lane gives its tasks to one process, and the next ones to another when that has died', async () => {
  const child = join(folder, 'lane-child.mjs');
  writeFileSync(
    child,
    `process.on('message', ({ dies }) => {
      if (dies) process.kill(process.pid, 'SIGKILL');
      else process.send({ kind: 'done', pid: process.pid });
    });`,
  );
  const lane = openLane<{ readonly kind: 'done'; readonly pid: number }>(child, 'none');
  const run = async (dies: boolean) => {
    let pid = 0;
    for await (const reply of lane.run({ dies }, { ...LIMITS, stallMs: 60_000 })) pid = reply.pid;
    return pid;
  };
  const first = await run(false);
  assert.equal(await run(false), first);
  await assert.rejects(run(true), { code: 'corrupt_media' });
  const second = await run(false);
  assert.notEqual(second, first);
  assert.equal(await run(false), second);
  lane.close();
  for (let waited = 0; waited < 100 && isAlive(second); waited++) await sleep(100);
  assert.throws(() => process.kill(second, 0), { code: 'ESRCH' });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
