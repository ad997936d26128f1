import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MediaFile } from '../../../server/actions/media/medium-path.ts';
import { rememberLooks } from '../../../server/actions/media/remember-looks.ts';

const file = (n: number): MediaFile => {
  const contentHash = `0x${n.toString(16).padStart(64, '0')}` as const;
  return { contentHash, path: `/${n}`, sizeBytes: 1, fileName: 'a', mediaType: null };
};

test('a file is looked at once, wherever its bytes lie, and again when many others came', async () => {
  const looked: string[] = [];
  const look = rememberLooks(async ({ path }) => looked.push(path));
  await look(file(1));
  await look({ ...file(1), path: '/elsewhere' });
  assert.deepEqual(looked, ['/1']);
  for (let n = 2; n <= 64; n++) await look(file(n));
  await look(file(1));
  assert.equal(looked.length, 64);
  await look(file(65));
  await look(file(1));
  assert.equal(looked.at(-1), '/1');
});

test('a look that failed is not remembered', async () => {
  let tries = 0;
  const look = rememberLooks(async () => {
    if (++tries === 1) throw new Error('busy');
    return tries;
  });
  await assert.rejects(look(file(1)), /busy/);
  assert.equal(await look(file(1)), 2);
});
