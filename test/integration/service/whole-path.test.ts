/** The whole path through the real service: upload → decided → signed → anchored → checked → evidence → proof. */
import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg, recompress } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

describe('the whole path', () => {
  let service: TestApp;
  let creator: ApiClient;
  let platform: ApiClient;
  const owner = makeOwner();
  let workId = '';
  let evidenceId = '';
  let original: Uint8Array;

  before(async () => {
    service = await startTestApp();
    creator = await service.clientOf('creator');
    platform = await service.clientOf('platform');
    original = await makeJpeg(1);
  });
  after(() => service.remove());

  test('it is ready, with every part', async () => {
    const { status, body } = await new ApiClient(service.url, null).get('/readyz');
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(Object.keys(body['parts']).sort(), ['anchorer', 'chain', 'database', 'index', 'model']);
  });

  test('a registered work is decided', async () => {
    const { status, headers, body } = await creator.register(
      { bytes: original, name: 'one.jpg' },
      owner.address,
    );
    assert.equal(status, 201, JSON.stringify(body));
    const { work, job } = body;
    workId = work.id;
    assert.equal(headers.get('location'), `/v1/works/${workId}`);
    assert.equal(work.state, 'decided');
    assert.equal(work.verdict.outcome, 'distinct');
    assert.match(work.recordDigest, /^0x[0-9a-f]{64}$/);
    assert.equal(job.state, 'done');
    const metadata = await fetch(`${service.url}${work.links.metadata}`);
    const document = JSON.parse(await metadata.text());
    assert.equal(document.sha256, work.contentHash);
  });

  test('its progress can be read afterwards, from any event on', async () => {
    const { body } = await creator.get(`/v1/works/${workId}`);
    const job = await service.app.deps.jobs.findJobOf(body['id']);
    const read = async (headers: Record<string, string>) =>
      (await creator.download(`/v1/jobs/${job?.id}/events`, headers)).bytes.toString();
    const all = await read({});
    assert.match(
      all,
      /^id: 1\nevent: progress\ndata: \{"done":0,"stage":"decode","total":5\}|^id: 1\nevent: progress/,
    );
    assert.match(all, /event: end\ndata: \{"state":"done"\}/);
    const ids = [...all.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    const rest = await read({ 'last-event-id': String(ids.at(-2)) });
    assert.deepEqual(
      [...rest.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1])),
      [ids.at(-1)],
    );
  });

  test('the owner signs, and it comes to stand on the chain', async () => {
    const { status, body } = await creator.sign(workId, owner);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body['work'].state, 'recorded');
    const work = await creator.until(`/v1/works/${workId}`, ({ state }) => state === 'anchored');
    assert.equal(work['anchor'].lane, 'batch');
    assert.equal(work['anchor'].batch.size, 1);
  });

  test('a work of the record lane goes in a transaction of its own', async () => {
    const file = { bytes: await makeJpeg(2), name: 'two.jpg' };
    const fields = { owner: owner.address, lane: 'record' };
    const { body } = await creator.send('/v1/works', fields, file, { prefer: 'wait=60' });
    const signed = await creator.sign(body['work'].id, owner);
    assert.equal(signed.status, 200, JSON.stringify(signed.body));
    const work = await creator.until(`/v1/works/${body['work'].id}`, ({ state }) => state === 'anchored');
    assert.equal(work['anchor'].lane, 'record');
    assert.equal(work['anchor'].batch, null);
  });

  test('a check of a copy finds it and says why and where', async () => {
    const copy = { bytes: await recompress(original), name: 'copy.jpg' };
    const { status, body } = await platform.send('/v1/checks', {}, copy, { prefer: 'wait=60' });
    assert.equal(status, 201, JSON.stringify(body));
    const { verdict } = body['check'];
    assert.notEqual(verdict.outcome, 'distinct');
    const [match] = verdict.matches;
    assert.equal(match.workId, workId);
    assert.ok(match.reasons.length > 0);
    assert.ok(match.workBox.width > 0);
    const filed = await platform.post('/v1/evidence', {
      checkId: body['check'].id,
      sourceUrl: 'https://example.org/copy',
      statement: 'found on a page',
    });
    assert.equal(filed.status, 202, JSON.stringify(filed.body));
    evidenceId = filed.body['evidence'].id;
    const other = await platform.send('/v1/checks', {}, copy, { prefer: 'wait=60' });
    assert.notEqual(other.body['check'].id, body['check'].id);
    for (const checkId of [body['check'].id, other.body['check'].id]) {
      const again = await platform.post('/v1/evidence', { checkId });
      assert.equal(again.status, 409, 'the same accusation, also by a new check');
      assert.equal(again.body['code'], 'already_filed');
      assert.equal(again.headers.get('location'), `/v1/evidence/${evidenceId}`);
    }
  });

  test('the evidence comes to stand on the chain', async () => {
    const evidence = await platform.until(`/v1/evidence/${evidenceId}`, ({ state }) =>
      ['anchored', 'failed'].includes(state),
    );
    assert.equal(evidence['state'], 'anchored', JSON.stringify(evidence['problem']));
    assert.equal(evidence['workId'], workId);
  });

  test('anybody gets the proofs, without a key', async () => {
    const anybody = new ApiClient(service.url, null);
    for (const path of [`/v1/works/${workId}/proof`, `/v1/evidence/${evidenceId}/proof`]) {
      const { status, body } = await anybody.get(path);
      assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    }
  });

  test('fsck finds nothing', async () => {
    const { status, body } = await service.admin.post('/v1/fsck', {});
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body['problems'], []);
    assert.ok(body['checked'].works >= 2);
    assert.match(body['notChecked'].join(), /fsck --deep/);
    const deep = await service.admin.post('/v1/fsck', { deep: true });
    assert.deepEqual([deep.body['problems'], deep.body['notChecked']], [[], []]);
    assert.equal(deep.body['checked'].prints, body['checked'].works);
  });

  test('previews are WebP', async () => {
    const { headers, bytes } = await platform.download(`/v1/works/${workId}/preview`);
    assert.equal(headers.get('content-type'), 'image/webp');
    assert.equal(bytes.subarray(8, 12).toString(), 'WEBP');
  });

  test('a second start finds everything again, in less than five seconds', async () => {
    await service.stop();
    const started = performance.now();
    service = await startTestApp({ dataFolder: service.dataFolder, adminKey: service.adminKey });
    const ready = await new ApiClient(service.url, null).get('/readyz');
    const seconds = (performance.now() - started) / 1000;
    assert.equal(ready.status, 200);
    assert.equal(service.app.firstKey, null);
    // The promise is for a machine that has nothing else to do; tests may share theirs.
    const limit = 5 * Math.max(1, loadavg()[0]! / availableParallelism());
    assert.ok(seconds < limit, `ready after ${seconds.toFixed(1)} s, allowed ${limit.toFixed(1)} s`);
    const again = new ApiClient(service.url, creator.key);
    const { body } = await again.get(`/v1/works/${workId}`);
    assert.equal(body['state'], 'anchored');
    const copy = { bytes: await recompress(original, 50), name: 'copy.jpg' };
    const check = await again.send('/v1/checks', {}, copy, { prefer: 'wait=60' });
    assert.equal(check.body['check'].verdict.matches[0]?.workId, workId);
  });
});
