import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const BOOTSTRAP = resolve(import.meta.dirname, '../../../scripts/bootstrap.mjs');

test('a service started by npm does not outlive the shell that npm ran it in', {
  skip: process.platform === 'win32' && 'there is no sh',
  timeout: 30_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-bootstrap-'));
  const [program, stopped] = [join(folder, 'service.mjs'), join(folder, 'stopped')];
  writeFileSync(
    program,
    `import { writeFileSync } from 'node:fs';
    process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(stopped)}, ''); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log(process.pid);`,
  );
  // The second command keeps the shell from becoming the program that it runs.
  const shell = spawn('sh', ['-c', '"$0" "$1" "$2"; true', process.execPath, BOOTSTRAP, program], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(shell.stdout, 'data')) as [Buffer];
  const service = Number(line.toString());
  t.after(() => {
    if (isAlive(service)) process.kill(service, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  assert.ok(isAlive(service));
  shell.kill('SIGTERM');
  await once(shell, 'exit');
  for (let i = 0; i < 100 && isAlive(service); i++) await new Promise((done) => setTimeout(done, 100));
  assert.equal(isAlive(service), false);
  assert.ok(existsSync(stopped), 'it was asked, not killed');
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
