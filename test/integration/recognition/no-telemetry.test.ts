import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { defaultModel } from '../../../scripts/bench/default-model.ts';

test('opening a model leaves nothing in the home folder: the runtime’s telemetry does not start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-home-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  const module = pathToFileURL(resolve(import.meta.dirname, '../../../server/inference/index.ts'));
  const model = JSON.stringify(resolve(await defaultModel()));
  const script = `import { openModel } from '${module}'; await (await openModel(${model})).close();`;
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  try {
    writeFileSync(join(folder, 'open.mjs'), script);
    execFileSync(process.execPath, [join(folder, 'open.mjs')], { env: { ...env, HOME: home } });
    assert.deepEqual(readdirSync(home), []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
