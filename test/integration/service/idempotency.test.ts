/** `Idempotency-Key`: the same request gives the same response, also when the service was killed in between. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { footprint } from '../../helpers/footprint.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

describe('Idempotency-Key', () => {
  let service: TestApp;
  let creator: ApiClient;
  const owner = makeOwner();

  before(async () => {
    service = await startTestApp();
    creator = await service.clientOf('creator');
  });
  after(() => service.remove());

  test('the same request gives the same response and does nothing twice', async () => {
    const file = { bytes: await makeJpeg(400), name: 'a.jpg' };
    const headers = { 'idempotency-key': 'one' };
    const one = await creator.send('/v1/works', { owner: owner.address }, file, headers);
    assert.equal(one.status, 202);
    await creator.until(`/v1/works/${one.body['work'].id}`, ({ state }) => state === 'decided');
    const earlier = await footprint(service);
    const two = await creator.send('/v1/works', { owner: owner.address }, file, headers);
    assert.equal(two.status, 202);
    assert.deepEqual(two.body, one.body);
    assert.equal(two.headers.get('location'), one.headers.get('location'));
    assert.equal(two.headers.get('idempotent-replayed'), 'true');
    assert.deepEqual(await footprint(service), earlier);
  });

  test('a waited-for answer is kept as it was sent, refusals too', async () => {
    const file = { bytes: await makeJpeg(401), name: 'b.jpg' };
    const headers = { 'idempotency-key': 'two', prefer: 'wait=60' };
    const one = await creator.send('/v1/works', { owner: owner.address }, file, headers);
    assert.equal(one.status, 201);
    const two = await creator.send('/v1/works', { owner: owner.address }, file, headers);
    assert.equal(two.status, 201);
    assert.deepEqual(two.body, one.body);
  });

  test('another request under the key is refused', async () => {
    const headers = { 'idempotency-key': 'three' };
    const make = (name: string) => service.admin.post('/v1/keys', { name, role: 'auditor' }, headers);
    assert.equal((await make('x')).status, 201);
    const other = await make('y');
    assert.equal(other.status, 422);
    assert.equal(other.body['code'], 'idempotency_mismatch');
    const elsewhere = await creator.post('/v1/evidence', { checkId: `check_${'0'.repeat(26)}` }, headers);
    assert.equal(elsewhere.body['code'], 'not_found', 'keys of different callers are different keys');
  });

  test('secrets are not kept: a repetition gives the key without its secret', async () => {
    const headers = { 'idempotency-key': 'four' };
    const one = await service.admin.post('/v1/keys', { name: 'z', role: 'auditor' }, headers);
    const two = await service.admin.post('/v1/keys', { name: 'z', role: 'auditor' }, headers);
    assert.deepEqual(two.body['key'], one.body['key']);
    assert.match(one.body['secret'], /^colophon_/);
    assert.equal(two.body['secret'], '');
    const rows = await service.app.deps.db.query('select response::text as text from idempotency_keys');
    const secret = String(one.body['secret']).slice(-64);
    assert.ok(rows.every((row) => !String(row['text']).includes(secret)));
  });

  test('a refused request gives its key free', async () => {
    const headers = { 'idempotency-key': 'five' };
    const bad = await creator.send(
      '/v1/works',
      { owner: owner.address },
      { bytes: Buffer.from('\x7fELF\x02\x01\x01 a program'), name: 'a' },
      headers,
    );
    assert.equal(bad.body['code'], 'unsupported_media');
    const good = await creator.send(
      '/v1/works',
      { owner: owner.address },
      { bytes: await makeJpeg(402), name: 'a' },
      headers,
    );
    assert.equal(good.status, 202, JSON.stringify(good.body));
  });

  test('of many at once one runs; the others wait or repeat', async () => {
    const file = { bytes: await makeJpeg(403), name: 'c.jpg' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        creator.send('/v1/works', { owner: owner.address }, file, { 'idempotency-key': 'six' }),
      ),
    );
    const ids = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body['work'].id));
    assert.equal(ids.size, 1);
    for (const { status, body } of answers) {
      if (status !== 202) assert.equal(body['code'], 'idempotency_in_progress');
    }
  });

  test('a key that cannot be one', async () => {
    const { body } = await service.admin.post(
      '/v1/keys',
      { name: 'z', role: 'auditor' },
      { 'idempotency-key': 'a b' },
    );
    assert.equal(body['code'], 'invalid_request');
  });
});
