/** ISCC through the real service: computed with the fingerprint, shown, pinned, searched. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import sharp from 'sharp';
import { createIsccSource } from '../../../server/media/index.ts';
import { computeIscc, encodeUnit } from '../../../server/pipeline/fingerprint/iscc/index.ts';
import { textCode } from '../../../server/pipeline/fingerprint/iscc/text-code.ts';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';
import { drawScene, makeFolder, writeClip } from '../video/clips.ts';

describe('ISCC of registered works', () => {
  let service: TestApp;
  let creator: ApiClient;
  const owner = makeOwner();
  const works: { id: string; iscc: string }[] = [];
  let original: Uint8Array;

  before(async () => {
    Log.setLevel(AV_LOG_QUIET);
    service = await startTestApp();
    creator = await service.clientOf('creator');
    original = await makeJpeg(31);
  });
  after(() => service.remove());

  const search = async (client: ApiClient, { iscc, ...query }: { iscc: string; minSimilarity?: string }) =>
    await client.get(`/v1/iscc/${encodeURIComponent(iscc)}/matches?${new URLSearchParams(query)}`);

  test('a work has its code when it has its fingerprint, and its metadata say so', async () => {
    for (const [seed, name] of [
      [31, 'Harbour at dusk'],
      [32, 'A different title'],
    ] as const) {
      const { status, body } = await creator.register({ bytes: await makeJpeg(seed), name }, owner.address);
      assert.equal(status, 201, JSON.stringify(body));
      works.push(body['work']);
    }
    const [first] = works;
    // Main type 5 (composite), sub type 1 (image).
    assert.match(first!.iscc, /^ISCC:KE[A-Z2-7]{53}$/);
    const { body } = await creator.get(`/v1/works/${first!.id}/iscc`);
    assert.equal(body['iscc'], first!.iscc);
    const units = body['units'] as { type: string; iscc: string }[];
    assert.deepEqual(
      units.map(({ type }) => type),
      ['meta', 'image', 'data', 'instance'],
    );
    assert.ok(units.every(({ iscc }) => /^ISCC:[A-Z2-7]{55}$/.test(iscc)));
    const { body: work } = await creator.get(`/v1/works/${first!.id}`);
    const metadata = await (await fetch(`${service.url}${work['links'].metadata}`)).text();
    assert.deepEqual(JSON.parse(metadata).iscc, { code: first!.iscc, units: units.map(({ iscc }) => iscc) });
  });

  test('its whole code finds it by every unit, and the other by none', async () => {
    const { status, body } = await search(creator, { iscc: works[0]!.iscc });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body['items'].length, 1);
    const [item] = body['items'];
    assert.equal(item.workId, works[0]!.id);
    assert.equal(item.links.work, `/v1/works/${works[0]!.id}`);
    assert.deepEqual(item.units.map((unit: { type: string }) => unit.type).sort(), [
      'data',
      'image',
      'instance',
      'meta',
    ]);
    assert.ok(item.units.every((unit: { similarity: number }) => unit.similarity === 1));
  });

  test('a smaller copy is found by its Image-Code alone', async () => {
    const copy = await sharp(original).resize({ width: 300 }).webp({ quality: 70 }).toBuffer();
    const { status, body } = await creator.register({ bytes: copy, name: 'Unalike' }, owner.address);
    assert.equal(status, 201, JSON.stringify(body));
    const { body: own } = await creator.get(`/v1/works/${body['work'].id}/iscc`);
    const image = own['units'].find((unit: { type: string }) => unit.type === 'image').iscc;
    const { body: found } = await search(creator, { iscc: image.toLowerCase(), minSimilarity: '0.9' });
    const ids = found['items'].map((item: { workId: string }) => item.workId);
    assert.deepEqual(ids.sort(), [works[0]!.id, body['work'].id].sort());
  });

  test('an edited text is found by its Text-Code', async () => {
    const words = Array.from({ length: 900 }, (_, i) => ((i * 7919 + 104_729) % 46_656).toString(36));
    const text = words.join(' ');
    const { status, body } = await creator.register(
      { bytes: new TextEncoder().encode(text), name: 'novel.txt' },
      owner.address,
    );
    assert.equal(status, 201, JSON.stringify(body));
    // Main type 5 (composite), sub type 0 (text).
    assert.match(body['work'].iscc, /^ISCC:KA/);
    const edited = await textCode(words.with(450, 'changed').join('\n').toUpperCase());
    const query = { iscc: encodeUnit({ type: 'text', body: edited }), minSimilarity: '0.9' };
    const { body: found } = await search(creator, query);
    assert.deepEqual(
      found['items'].map((item: { workId: string }) => item.workId),
      [body['work'].id],
    );
    assert.equal(found['items'][0].units[0].type, 'text');
  });

  test('a coarser copy of a video is found by its Video-Code', async () => {
    const folder = makeFolder();
    try {
      const scene = (frame: number, width: number, height: number) => drawScene(5, frame / 25, width, height);
      const bytes = readFileSync(writeClip(join(folder, 'a.mp4'), { frames: 75 }, scene));
      const { status, body } = await creator.register({ bytes, name: 'clip.mp4' }, owner.address);
      assert.equal(status, 201, JSON.stringify(body));
      // Main type 5 (composite), sub type 3 (video).
      assert.match(body['work'].iscc, /^ISCC:KM/);
      const copy = writeClip(join(folder, 'b.mp4'), { frames: 75, options: { crf: '36' } }, scene);
      const input = { path: copy, medium: 'video', title: 'Something else', text: null } as const;
      const { body: found } = await search(creator, {
        iscc: (await computeIscc(input, createIsccSource())).code,
      });
      assert.deepEqual(
        found['items'].map((item: { workId: string }) => item.workId),
        [body['work'].id],
      );
      assert.deepEqual(
        found['items'][0].units.map(({ type }: { type: string }) => type),
        ['video'],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('questions that make no sense are refused, and so are those who may not ask', async () => {
    for (const query of [
      { iscc: 'ISCC:NONSENSE' },
      { iscc: 'ISCC:' },
      { iscc: works[0]!.iscc, minSimilarity: '0.3' },
    ]) {
      const { status, body } = await search(creator, query);
      assert.equal(status, 400);
      assert.equal(body['code'], 'invalid_request');
    }
    const other = await service.clientOf('platform');
    const { status, body } = await search(other, { iscc: works[0]!.iscc });
    assert.equal(status, 200);
    assert.deepEqual(body['items'], [], 'a work without a signature is nobody else’s business');
    assert.equal((await other.get(`/v1/works/${works[0]!.id}/iscc`)).status, 404);
    const auditor = await service.clientOf('auditor');
    assert.equal((await search(auditor, { iscc: works[0]!.iscc })).status, 403);
    assert.equal((await auditor.get(`/v1/works/${works[0]!.id}/iscc`)).status, 200);
  });

  test('works from before there was an ISCC get it at the next start, and fsck agrees', async () => {
    const { db } = service.app.deps;
    const all = async () =>
      await service.app.deps.db.query<{ id: string; iscc: string | null }>(
        'select id, iscc from works order by id',
      );
    const units = async () =>
      await service.app.deps.db.query('select * from iscc_units order by work_id, unit_type');
    const [codes, before] = [await all(), await units()];
    assert.ok(codes.length > 4 && codes.every(({ iscc }) => iscc !== null));
    await db.query('update works set iscc = null');
    await db.query('delete from iscc_units');
    await service.stop();
    const { dataFolder, adminKey } = service;
    service = await startTestApp({ dataFolder, adminKey });
    for (let i = 0; i < 3000 && (await all()).some(({ iscc }) => iscc === null); i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual([await all(), await units()], [codes, before]);
    assert.deepEqual((await service.admin.post('/v1/fsck', { deep: true })).body['problems'], []);
  });
});
