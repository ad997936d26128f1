import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { requireSafeName } from '../../../server/actions/admit-media.ts';
import { receiveUpload, releaseUpload, sweepUploads } from '../../../server/actions/receive-upload.ts';
import { createUploadHolds } from '../../../server/actions/upload-holds.ts';
import type { ContentStore } from '../../../server/content/content-store.ts';
import { openContentStore } from '../../../server/content/open-content-store.ts';
import type { ContentId } from '../../../server/domain/ids.ts';
import { ColophonError } from '../../../server/errors.ts';

let folder: string;
let content: ContentStore;
const known = new Set<ContentId>();
const uploads = {
  filterKnown: async (ids: readonly ContentId[]) => new Set(ids.filter((id) => known.has(id))),
} as never;
const deps = () => ({ content, uploads, holds: createUploadHolds() });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-upload-'));
  content = await openContentStore({ directory: folder });
});
after(async () => {
  await content.close();
  await rm(folder, { recursive: true, force: true });
});

async function* bytes(text: string, fail?: Error) {
  yield Buffer.from(text);
  if (fail) throw fail;
}
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

test('a file without a row goes when its request ends; one with a row stays', async () => {
  const own = deps();
  const gone = await receiveUpload(own, bytes('gone'), 100);
  assert.equal(await files(), 1);
  await releaseUpload(own, gone.contentId);
  assert.equal(await files(), 0);
  const kept = await receiveUpload(own, bytes('kept'), 100);
  known.add(kept.contentId);
  await releaseUpload(own, kept.contentId);
  assert.equal(await files(), 1);
});

test('of two requests with the same bytes, the one that ends first leaves the file to the other', async () => {
  const own = deps();
  const one = await receiveUpload(own, bytes('shared'), 100);
  const two = await receiveUpload(own, bytes('shared'), 100);
  assert.equal(one.contentId, two.contentId);
  await releaseUpload(own, one.contentId);
  assert.ok(await content.upload(two.contentId));
  await releaseUpload(own, two.contentId);
  assert.equal(await content.upload(two.contentId), null);
});

test('what does not arrive whole leaves nothing, and no hold', async () => {
  const own = deps();
  const earlier = await files();
  await assert.rejects(receiveUpload(own, bytes('x'.repeat(50), new Error('cut')), 100));
  await assert.rejects(
    receiveUpload(own, bytes('x'.repeat(101)), 100),
    (error) => error instanceof ColophonError && error.code === 'body_too_large',
  );
  await assert.rejects(
    receiveUpload(own, bytes(''), 100),
    (error) => error instanceof ColophonError && error.code === 'empty_file',
  );
  assert.equal(await files(), earlier);
});

test('the sweep removes what no row refers to', async () => {
  const own = deps();
  await receiveUpload(own, bytes('orphan'), 100);
  assert.equal(await sweepUploads(own), 1);
  assert.equal(await sweepUploads(own), 0);
  assert.equal(await files(), 1, 'the known one stays');
});

test('names: paths, control characters, nothing and too much are refused', () => {
  for (const name of ['../x', 'a/b', 'a\\b', '..', '.', '', ' ', 'a\u0000b', 'a\nb', 'é'.repeat(128)]) {
    assert.throws(
      () => requireSafeName(name),
      (error) => error instanceof ColophonError && error.code === 'unsafe_name',
      JSON.stringify(name),
    );
  }
  for (const name of ['a.jpg', '..a', 'снимок 1.png', '写真.webp', 'a..b', '.hidden'])
    assert.equal(requireSafeName(name), name);
});
