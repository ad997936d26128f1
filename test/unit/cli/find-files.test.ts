import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { describeLeftOut } from '../../../server/cli/describe-left-out.ts';
import { findFiles } from '../../../server/cli/find-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-find-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const put = (...names: string[]) => {
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), 'x');
  }
};

test('what a folder holds beside media is counted by suffix; what is hidden, and what is named itself, is not', async () => {
  put(
    'media/a.JPG',
    'media/b.log',
    'media/in/c.LOG',
    'media/in/d.psd',
    'media/Makefile',
    'media/.hidden.log',
  );
  const { files, leftOut } = await findFiles([join(folder, 'media'), join(folder, 'media/in/d.psd')]);
  assert.deepEqual(
    files.map((file) => file.slice(folder.length + 1)),
    ['media/a.JPG', 'media/in/d.psd'],
  );
  assert.deepEqual(Object.fromEntries(leftOut), { '.log': 2, '': 1 });
  assert.equal(
    describeLeftOut(leftOut),
    '3 files were left out (2 .log, 1 without a suffix): name a file itself to have it tried',
  );
});

test('a link to a file counts as one, a link to a folder or to nothing does not', async () => {
  put('links/a.jpg', 'elsewhere/b.mp4', 'elsewhere/c.log');
  for (const [name, target] of [
    ['b.mp4', '../elsewhere/b.mp4'],
    ['c.log', '../elsewhere/c.log'],
    ['round', '.'],
    ['gone.jpg', './nothing'],
  ] as const)
    symlinkSync(target, join(folder, 'links', name));
  const { files, leftOut } = await findFiles([join(folder, 'links')]);
  assert.deepEqual(
    files.map((file) => file.slice(folder.length + 1)),
    ['links/a.jpg', 'links/b.mp4'],
  );
  assert.deepEqual(Object.fromEntries(leftOut), { '.log': 1 });
});

test('a folder without media says what it has instead', async () => {
  put('logs/a.log');
  await assert.rejects(
    findFiles([join(folder, 'logs')]),
    /no media files in .*logs; 1 file was left out \(1 \.log\)/,
  );
});

test('of many suffixes the most frequent are told', () => {
  const many = new Map(Array.from({ length: 10 }, (_, i) => [`.x${i}`, 1 + i] as const));
  assert.match(
    describeLeftOut(many),
    /^55 files were left out \(10 \.x9, 9 \.x8, .*, 3 \.x2, 2 other suffixes\)/,
  );
  const nine = new Map([...many].slice(1));
  assert.match(describeLeftOut(nine), /, 1 other suffix\)/);
});
