import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runIsolated } from '../../../server/media/run-isolated.ts';
import { keepSpareProcesses } from '../../../server/media/spare-processes.ts';
import { startProcess } from '../../../server/media/start-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-spare-'));
after(() => rmSync(folder, { recursive: true }));

const PROGRAM = join(folder, 'child.mjs');
writeFileSync(
  PROGRAM,
  `process.once('disconnect', () => process.exit());
  process.on('message', () => process.send({ kind: 'done', pid: process.pid }));`,
);
const LIMITS = { maxMemoryBytes: 1e9, stallMs: 30_000, timeoutMs: 60_000 };

/** Two spare processes, and every process that was started. */
function keepTwo(restMs = 1) {
  const started: ChildProcess[] = [];
  const spares = keepSpareProcesses({ [PROGRAM]: 2 }, restMs, (program) => {
    const child = startProcess(program);
    started.push(child);
    return child;
  });
  return { started, spares };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

test('a task runs in a process that had started before, and another one is started for the next', {
  timeout: 60_000,
}, async () => {
  const { started, spares } = keepTwo();
  await until(() => started.length === 2);
  const replies = [];
  for await (const reply of runIsolated<{ kind: 'done'; pid: number }>(
    PROGRAM,
    {},
    LIMITS,
    'none',
    spares.take,
  ))
    replies.push(reply);
  assert.deepEqual(
    replies.map(({ pid }) => pid),
    [started[0]!.pid],
  );
  await until(() => started[0]!.signalCode === 'SIGKILL');
  await until(() => started.length === 3);
  spares.close();
  await until(() => started.every(({ signalCode }) => signalCode === 'SIGKILL'));
});

test('where none is left one is started; others are only when all that were taken have ended', {
  timeout: 60_000,
}, async () => {
  const { started, spares } = keepTwo(10);
  const [first, second] = [spares.take(PROGRAM), spares.take(PROGRAM)];
  assert.deepEqual(started, [first, second]);
  first.kill('SIGKILL');
  await until(() => first.signalCode === 'SIGKILL');
  await sleep(100);
  assert.equal(started.length, 2);
  second.kill('SIGKILL');
  await until(() => started.length === 4);
  spares.close();
});

test('one that died while it waited is not given, and one that was given is not given again', {
  timeout: 60_000,
}, async () => {
  const { started, spares } = keepTwo();
  await until(() => started.length === 2);
  started[0]!.kill('SIGKILL');
  await until(() => !started[0]!.connected);
  assert.equal(spares.take(PROGRAM), started[1]);
  assert.equal(spares.take(PROGRAM), started[2]);
  for (const child of started) child.kill('SIGKILL');
  spares.close();
});

test('those that wait do not keep the service alive, nor live on without it', {
  timeout: 60_000,
}, async () => {
  const service = join(folder, 'service.mjs');
  writeFileSync(
    service,
    `import { keepSpareProcesses } from ${JSON.stringify(join(import.meta.dirname, '../../../server/media/spare-processes.ts'))};
    import { startProcess } from ${JSON.stringify(join(import.meta.dirname, '../../../server/media/start-process.ts'))};
    const pids = [];
    keepSpareProcesses({ [${JSON.stringify(PROGRAM)}]: 2 }, 1, (program) => {
      const child = startProcess(program);
      pids.push(child.pid);
      return child;
    });
    setTimeout(() => { process.send(pids); process.disconnect(); }, 500);`,
  );
  const running = fork(service, [], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [pids] = (await once(running, 'message')) as [number[]];
  assert.equal(pids.length, 2);
  await once(running, 'exit');
  await until(() => pids.every((pid) => !isRunning(pid)));
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('where no process can be started now there is none to spare', { timeout: 60_000 }, async () => {
  let tries = 0;
  const spares = keepSpareProcesses({ [PROGRAM]: 2 }, 1, () => {
    tries++;
    throw new Error('spawn ENOMEM');
  });
  await until(() => tries === 1);
  assert.throws(() => spares.take(PROGRAM), /ENOMEM/);
  spares.close();
});
