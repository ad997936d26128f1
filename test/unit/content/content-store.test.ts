import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ContentReplica, ContentStore } from '../../../server/content/content-store.ts';
import { translateFileErrors } from '../../../server/content/durable-files.ts';
import { openContentStore } from '../../../server/content/open-content-store.ts';
import { UpstreamError } from '../../../server/errors.ts';
import { cidOf, IMPORTER } from '../../../server/pipeline/record/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('the content store', () => {
  let directory: string;
  let store: ContentStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'colophon-content-'));
    store = await openContentStore({ directory });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  test('gives back what was put, under its CID, with the parameters of the CID', async () => {
    const stored = await store.put(pieces('some ', 'metadata'));
    assert.deepEqual(stored.importer, IMPORTER);
    assert.equal(stored.cid, cidOf(bytes('some metadata')));
    assert.equal(Buffer.from(await store.get(stored.cid)).toString(), 'some metadata');
    assert.deepEqual(await store.stat(stored.cid), stored);
    assert.deepEqual(await collect(store.list()), [stored]);
    assert.deepEqual(await store.put(bytes('some metadata')), stored, 'once more changes nothing');
    const again = await openContentStore({ directory });
    assert.ok(await again.has(stored.cid), 'it outlives the process');
  });

  test('damage is an error, not another file', async () => {
    const { cid } = await store.put(bytes('precious'));
    await writeFile(join(directory, 'public', cid), 'precioux');
    await assert.rejects(store.get(cid), { code: 'content_unavailable' });
    const { contentId, path } = await store.putUpload(bytes('precious'));
    await truncate(path, 3);
    await assert.rejects(store.hashUpload(contentId), { code: 'content_unavailable' });
    await writeFile(join(directory, 'public', `${cid}.json`), '{"cid":');
    await assert.rejects(store.get(cid), { code: 'content_unavailable' });
  });

  test('what is not there, and what is no CID, is unknown; nothing outside is ever opened', async () => {
    for (const cid of [
      'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
      '../../etc/passwd',
      '',
      'b/../x',
    ]) {
      await assert.rejects(store.get(cid), { code: 'unknown_content' }, cid);
      assert.equal(await store.has(cid), false);
    }
    for (const id of [`content_${'0'.repeat(64)}`, 'content_../../x', 'work_1'] as `content_${string}`[]) {
      assert.equal(await store.upload(id), null);
      await assert.rejects(store.hashUpload(id), { code: 'unknown_content' });
      assert.equal(await store.removeUpload(id), false);
    }
  });

  test('uploads are kept by their SHA-256', async () => {
    const upload = await store.putUpload(pieces('a ', 'file'));
    assert.equal(upload.contentId, `content_${upload.sha256.slice(2)}`);
    assert.deepEqual([upload.sizeBytes, upload.created], [6, true]);
    assert.equal((await store.putUpload(bytes('a file'))).created, false);
    assert.equal(await store.hashUpload(upload.contentId), upload.sha256);
    assert.equal((await collect(store.listUploads())).length, 1);
    assert.equal(await store.removeUpload(upload.contentId), true);
    assert.equal(await store.upload(upload.contentId), null);
  });

  test('a refused upload leaves nothing behind', async () => {
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield bytes('half');
      throw new Error('aborted');
    }
    await assert.rejects(store.putUpload(bytes('')), { code: 'empty_file' });
    await assert.rejects(store.putUpload(pieces('12345', '67890'), { maxBytes: 9 }), {
      code: 'body_too_large',
    });
    await assert.rejects(store.putUpload(cut()), { code: 'upload_incomplete' });
    assert.deepEqual(await filesUnder(directory), []);
  });

  test('what a killed process left half written is cleared at the next start', async () => {
    await writeFile(join(directory, 'incoming', 'leftover'), 'half');
    await openContentStore({ directory });
    assert.deepEqual(await filesUnder(directory), []);
  });

  test('a full disk is named so, and leaves nothing behind', async (context) => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    await assert.rejects(
      translateFileErrors(() => Promise.reject(full)),
      { code: 'disk_full', status: 507 },
    );
    const small = join(directory, 'small');
    await mkdir(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      return context.diagnostic('no file system of its own could be mounted here');
    }
    try {
      const little = await openContentStore({ directory: small });
      const large = new Uint8Array(1_000_000).fill(1);
      await assert.rejects(little.putUpload(large), { code: 'disk_full' });
      await assert.rejects(little.put(large), { code: 'disk_full' });
      assert.deepEqual(await filesUnder(small), []);
      assert.ok((await little.putUpload(bytes('still works'))).created);
    } finally {
      execFileSync('umount', [small]);
    }
  });

  test('a replica gets everything, later when it is down, and gives back what was lost here', async () => {
    const held = new Map<string, Uint8Array>();
    let down = true;
    const guard = () => {
      if (down) throw new UpstreamError('content_unavailable', 'down');
    };
    const replica: ContentReplica = {
      async add(content) {
        guard();
        held.set(cidOf(content), content);
        return cidOf(content);
      },
      async cat(cid) {
        guard();
        return held.get(cid) ?? null;
      },
      async pin() {
        guard();
      },
    };
    const root = join(directory, 'replicated');
    const replicated = await openContentStore({ directory: root, replica, replicateEveryMs: 20 });
    const { cid } = await replicated.put(bytes('public'));
    assert.equal(Buffer.from(await replicated.get(cid)).toString(), 'public', 'the local copy is enough');
    assert.equal(held.size, 0);
    down = false;
    await replicated.pin(cid);
    for (let i = 0; i < 100 && held.size === 0; i++) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(held.has(cid));
    await rm(join(root, 'public'), { recursive: true });
    assert.equal(Buffer.from(await replicated.get(cid)).toString(), 'public');
    assert.ok(await replicated.has(cid), 'and it is here again');
    await rm(join(root, 'public'), { recursive: true });
    held.set(cid, bytes('forged'));
    await assert.rejects(replicated.get(cid), { code: 'content_unavailable' });
    await replicated.close();
  });

  test('a replica that computes other CIDs is no replica', async () => {
    const replica: ContentReplica = {
      add: async () => 'bother',
      cat: async () => null,
      pin: async () => undefined,
    };
    const replicated = await openContentStore({ directory: join(directory, 'other'), replica });
    const { cid } = await replicated.put(bytes('public'));
    await assert.rejects(replicated.pin(cid), { code: 'content_unavailable' });
    await replicated.close();
    assert.ok(
      (await filesUnder(join(directory, 'other', 'unreplicated'))).length === 1,
      'it stays to be done',
    );
  });
});
