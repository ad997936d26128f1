import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSuite } from '../../../scripts/calibrate/suite.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-suite-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const good = {
  suite: 'x',
  references: [{ id: 'r1', file: 'r1.jpg' }],
  queries: [{ id: 'q1', file: 'q1.jpg', reference: 'r1', edits: ['crop'] }],
};

test('a whole manifest is read', async () => {
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(good));
  assert.equal((await readSuite(folder)).queries[0]!.reference, 'r1');
});

test('a folder without a manifest, or with half of one, is refused', async () => {
  await assert.rejects(readSuite(join(folder, 'none')), { code: 'invalid_request' });
  const bad = [
    'not json',
    'null',
    JSON.stringify({ ...good, references: [] }),
    JSON.stringify({ ...good, queries: undefined }),
    JSON.stringify({ ...good, queries: [{ ...good.queries[0], reference: 'r9' }] }),
    JSON.stringify({ ...good, queries: [{ ...good.queries[0], edits: 'crop' }] }),
    JSON.stringify({ ...good, references: [{ id: 'r1' }] }),
  ];
  for (const text of bad) {
    await writeFile(join(folder, 'manifest.json'), text);
    await assert.rejects(readSuite(folder), { code: 'invalid_request' }, text.slice(0, 50));
  }
});

test('the benches refuse unknown options and bad folders in one line, with exit code 2', () => {
  const bench = (name: string) => join(import.meta.dirname, `../../../scripts/bench/${name}.ts`);
  const runs: [string, string[]][] = [
    ['matching', ['--datta', 'x']],
    ['matching', ['--data', join(folder, 'none')]],
    ['matching', ['--only', 'half']],
    ['regions', ['--each', 'many']],
    ['lookalikes', ['--pairs', 'few']],
    ['embedding', ['--rounds', '0']],
  ];
  for (const [name, args] of runs) {
    assert.throws(
      () => execFileSync(process.execPath, [bench(name), ...args], { stdio: 'pipe' }),
      (error: { status: number; stderr: Buffer }) => {
        assert.equal(error.status, 2, `${name} ${args}`);
        assert.match(error.stderr.toString(), /^invalid_request: [^\n]+\n$/);
        return true;
      },
    );
  }
});
