import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { ApiClient } from '../../../server/cli/api-client.ts';
import { EXIT } from '../../../server/cli/exit-codes.ts';
import { runRegister } from '../../../server/cli/register-command.ts';

/** What this service answers to `GET /v1/registry`. */
let registry: { status: number; body: object };
const service = createServer((request, answer) => {
  const give = (status: number, body: object) =>
    answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    if (request.url === '/v1/registry') give(registry.status, registry.body);
    else if (text.includes('copied.txt'))
      give(409, { code: 'copy_of_registered_work', detail: 'this copies work_2', workId: 'work_1' });
    else {
      const state = text.includes('held.txt') ? 'in_review' : 'recorded';
      const verdict = text.includes('blank.txt') ? { warnings: ['there is nothing to compare it by'] } : null;
      give(202, { work: { id: `work_${state}`, state, verdict }, job: null });
    }
  });
});
const folder = mkdtempSync(join(tmpdir(), 'colophon-register-'));
const files = ['held.txt', 'taken.txt'].map((name) => join(folder, name));
before(() => new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve)));
after(() => {
  service.close();
  service.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

/** The command against this service: `run` takes files and answers the exit code; `told` is what was printed. */
function command(t: TestContext) {
  const told: string[] = [];
  t.mock.method(console, 'log', (line: string) => void told.push(line));
  t.mock.method(console, 'error', () => {});
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const settings = { folder, url, apiKey: null };
  const run = (paths: readonly string[], json: boolean) =>
    runRegister(new ApiClient(settings), settings, paths, { lane: 'batch', wait: '0', json });
  return { told, url, run };
}

test('a registration that was done is told of, whether or not the terms of unsigned works can be read after it', async (t) => {
  for (const file of files) writeFileSync(file, file);
  const { told, url, run } = command(t);
  const unsigned = { holdMs: 900_000, expireMs: 259_200_000 };
  for (const [answer, advice] of [
    [
      { status: 200, body: { unsigned } },
      /^In review: .* after 15 minutes .* Run this again to sign it then\.$/,
    ],
    [{ status: 200, body: {} }, /^In review: once it is accepted, run this again to sign it\.$/],
    [
      { status: 404, body: { code: 'not_found' } },
      /^In review: once it is accepted, run this again to sign it\.$/,
    ],
  ] as const) {
    told.length = 0;
    registry = answer;
    assert.equal(await run(files, false), EXIT.false);
    assert.match(told[0]!, /work_in_review[\s\S]*work_recorded/);
    assert.match(told[1]!, advice);
    assert.match(told[2]!, /^1 of 2 registered/);
    assert.equal(
      told[3],
      `Next: \`npx colophon --url ${url} check FILE\` finds whether a file copies a registered work.`,
    );
  }
});

test('what is said of a work that was taken is told with its file, whatever the number of files', async (t) => {
  const many = Array.from({ length: 31 }, (_, i) => join(folder, i === 7 ? 'blank.txt' : `${i}.txt`));
  for (const file of many) writeFileSync(file, file);
  const { told, run } = command(t);
  for (const json of [false, true]) assert.equal(await run(many, json), EXIT.ok);
  assert.equal(told[0], `${many[7]}: there is nothing to compare it by`);
  const { results } = JSON.parse(told.at(-1)!) as { results: { warnings: string[] }[] };
  assert.deepEqual(
    results.map(({ warnings }) => warnings.length),
    many.map((_, i) => Number(i === 7)),
  );
});

test('a work that was turned away within the request is told of like one that was turned away later', async (t) => {
  const file = join(folder, 'copied.txt');
  writeFileSync(file, file);
  const { told, run } = command(t);
  for (const json of [false, true]) assert.equal(await run([file], json), EXIT.false);
  assert.match(told[0]!, /copied\.txt {2}refused {2}this copies work_2 \(copy_of_registered_work\)$/);
  const { results } = JSON.parse(told.at(-1)!) as { results: Record<string, unknown>[] };
  assert.deepEqual([results[0]!['workId'], results[0]!['state']], ['work_1', 'rejected']);
});
