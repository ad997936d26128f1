import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { looksLikeContainer } from '../../../server/media/video/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-sniff-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function sniff(bytes: string): Promise<boolean> {
  const path = join(folder, 'file');
  writeFileSync(path, bytes, 'latin1');
  return await looksLikeContainer(path);
}

test('an old film begins with an atom, a text with a word that is called like one', async () => {
  assert.equal(await sniff('\0\0\0\x08wide\0\0\x10\0mdat'), true);
  assert.equal(await sniff('\0\0\x10\0moov\0\0\0\x6cmvhd'), true);
  assert.equal(await sniff('The free man walks by the sea.\r\n\tHe sings.'), false);
  assert.equal(await sniff('The wide sea lay before us.'), false);
  assert.equal(await sniff('Not skipped.'), false);
});
