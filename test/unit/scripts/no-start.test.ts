/** What cannot be started leaves nothing behind, and does not take the summary of the other tests with it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { runTestFile } from '../../../scripts/test/run-test-file.ts';
import { startPostgres } from '../../../scripts/test-postgres.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const usual = process.env['TMPDIR'];
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'colophon-no-start-'));
  process.env['TMPDIR'] = folder;
});
after(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  rmSync(folder, { recursive: true });
});

test('a file of tests whose process cannot be started', async () => {
  const options = { root: join(folder, 'none'), timeoutMs: 1000, onOutput: () => {} };
  await assert.rejects(runTestFile('any.test.ts', options), { code: 'ENOENT' });
  assert.deepEqual(readdirSync(folder), []);
});

test('PostgreSQL whose programs fail', async () => {
  const bin = mkdtempSync(join(folder, '../colophon-bin-'));
  try {
    writeFileSync(join(bin, 'initdb'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(bin, 'initdb'), 0o755);
    await assert.rejects(startPostgres(bin), /initdb failed/);
  } finally {
    rmSync(bin, { recursive: true });
  }
  assert.deepEqual(readdirSync(folder), []);
});

test('a run of which no file can be started still counts them', () => {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/test.ts', 'architecture'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: join(folder, 'none') },
  });
  assert.equal(status, 1);
  const files = globSync('test/architecture/**/*.test.ts', { cwd: ROOT });
  assert.ok(files.length > 0);
  for (const file of files) assert.ok(stdout.includes(`failed: ${file}\n`), `${file} is not told of`);
  assert.ok(stdout.endsWith(`\n0 passed, ${files.length} failed, 0 skipped\n`), stdout);
});
