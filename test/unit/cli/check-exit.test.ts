import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { ApiClient } from '../../../server/cli/api-client.ts';
import { runCheck } from '../../../server/cli/commands.ts';

/** A service whose verdict is what the file says; another content is refused. */
const service = createServer((request, answer) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const outcome = /^(copy|review|distinct)\r?$/m.exec(text)?.[1];
    const body = outcome
      ? {
          check: {
            id: 'check_1',
            state: 'decided',
            problem: null,
            verdict: { outcome, explanation: '', matches: [] },
          },
          job: null,
        }
      : { code: 'corrupt_media', detail: 'the media cannot be read' };
    answer.writeHead(outcome ? 201 : 422, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
});
const folder = mkdtempSync(join(tmpdir(), 'colophon-check-'));
before(() => new Promise<void>((done) => service.listen(0, '127.0.0.1', done)));
after(() => {
  service.close();
  service.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

test('a copy that was found and a file that could not be checked have exit codes of their own', async (t) => {
  t.mock.method(console, 'log', () => {});
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const client = new ApiClient({ folder, url, apiKey: 'k' });
  const check = async (exitCode: boolean, ...contents: string[]) => {
    const files = contents.map((content) => join(folder, `${content}.txt`));
    for (const [i, file] of files.entries()) writeFileSync(file, contents[i]!);
    return await runCheck(client, files, { json: false, exitCode });
  };
  for (const [exitCode, contents, code] of [
    [true, ['distinct', 'review'], 0],
    [true, ['distinct', 'copy'], 1],
    [true, ['distinct', 'broken'], 4],
    [true, ['broken', 'copy'], 1],
    [false, ['distinct', 'copy'], 0],
    [false, ['broken', 'copy'], 4],
  ] as const)
    assert.equal(await check(exitCode, ...contents), code, `${contents} ${exitCode ? '--exit-code' : ''}`);
});

test('the help names all exit codes of a check', () => {
  const main = resolve(import.meta.dirname, '../../../server/cli/main.ts');
  const { stdout } = spawnSync(process.execPath, [main, 'check', '--help'], { encoding: 'utf8' });
  for (const words of [
    /^ {2}0 {2}every file/m,
    /^ {2}1 {2}.*a copy was found/m,
    /^ {2}4 {2}a file was refused/m,
  ])
    assert.match(stdout, words);
});
