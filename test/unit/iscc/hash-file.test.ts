import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ColophonError } from '../../../server/errors.ts';
import { hashFile, hashFileHere } from '../../../server/media/iscc/hash-file.ts';
import { randomOf } from '../../helpers/pictures.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-hash-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a large file has the codes in a thread that it has here', async () => {
  const random = randomOf(8);
  const path = join(folder, 'large');
  writeFileSync(
    path,
    Uint8Array.from({ length: 5_000_000 }, () => Math.floor(random() * 256)),
  );
  const [inThread, here] = [await hashFile(path), await hashFileHere(path)];
  assert.deepEqual(inThread, here);
  assert.equal(here.data.length, 32);
  assert.notDeepEqual(here.data, here.instance);
});

test('a file that is gone is a typed problem', async () => {
  await assert.rejects(
    hashFile(join(folder, 'none')),
    (error) => error instanceof ColophonError && error.code === 'content_unavailable',
  );
});
