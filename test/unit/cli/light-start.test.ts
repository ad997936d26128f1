import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { it } from 'node:test';

const CLI = resolve(import.meta.dirname, '../../../server/cli/main.ts');
/** Prints the address of every module that is loaded. */
const HOOK = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { console.error('loads ' + url); return next(url, context); } });
`)}`;

it('help loads no package but the reader of the command line', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', HOOK, CLI, '--help'], {
    encoding: 'utf8',
  });
  assert.match(stdout, /Usage: colophon/);
  const loaded = [...stderr.matchAll(/^loads (.*)$/gm)].map(([, url]) => url!);
  assert.ok(
    loaded.some((url) => url.endsWith('/server/cli/main.ts')),
    stderr,
  );
  const packages = loaded.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  assert.deepEqual([...new Set(packages)], ['commander']);
});
