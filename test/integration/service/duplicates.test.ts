/** Two of the same, and two that look alike: who was first stays, whatever the order of events. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { footprint } from '../../helpers/footprint.ts';
import { makeJpeg, recompress } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

// The first model's policy calls hardly anything a copy; these thresholds are for its scores, not for a registry.
const EAGER = { COLOPHON_COPY_PROBABILITY: '0.5', COLOPHON_REVIEW_PROBABILITY: '0.3' };

describe('duplicates', () => {
  let service: TestApp;
  let creator: ApiClient;
  const first = makeOwner();
  const second = makeOwner();

  before(async () => {
    service = await startTestApp({ env: EAGER });
    creator = await service.clientOf('creator');
  });
  after(() => service.remove());

  test('the same bytes again: 409 with the place of the first, and nothing left', async () => {
    const file = { bytes: await makeJpeg(200), name: 'a.jpg' };
    const one = await creator.register(file, first.address);
    assert.equal(one.status, 201, JSON.stringify(one.body));
    const earlier = await footprint(service);
    for (const owner of [first, second]) {
      const two = await creator.register(file, owner.address);
      assert.equal(two.status, 409);
      assert.equal(two.body['code'], 'already_registered');
      assert.equal(two.headers.get('location'), `/v1/works/${one.body['work'].id}`);
      assert.equal(two.body['owner'], first.address);
    }
    assert.deepEqual(await footprint(service), earlier);
  });

  test('ten uploads of the same bytes at once: exactly one wins', async () => {
    const file = { bytes: await makeJpeg(201), name: 'b.jpg' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        creator.send('/v1/works', { owner: makeOwner().address }, file, { prefer: 'wait=60' }),
      ),
    );
    const winners = answers.filter(({ status }) => status === 201);
    assert.equal(winners.length, 1, answers.map(({ body }) => body['code'] ?? 'won').join());
    for (const { status, headers } of answers.filter((answer) => answer !== winners[0])) {
      assert.equal(status, 409);
      assert.equal(headers.get('location'), `/v1/works/${winners[0]?.body['work'].id}`);
    }
    const { body } = await creator.get(`/v1/works/${winners[0]?.body['work'].id}`);
    const preview = await creator.download(body['links'].preview);
    assert.equal(preview.status, 200, 'a loser took the file of the winner away');
  });

  test('a copy of another owner’s work is refused with the match, and its content is free again', async () => {
    const original = await makeJpeg(202);
    const one = await creator.register({ bytes: original, name: 'c.jpg' }, first.address);
    const copy = { bytes: await recompress(original), name: 'copy.jpg' };
    const two = await creator.register(copy, second.address);
    assert.equal(two.status, 409, JSON.stringify(two.body));
    assert.equal(two.body['code'], 'copy_of_registered_work');
    assert.equal(two.body['match'].workId, one.body['work'].id);
    assert.equal(two.headers.get('location'), `/v1/works/${one.body['work'].id}`);
    const rejected = await creator.get(`/v1/works/${two.body['workId']}`);
    assert.equal(rejected.body['state'], 'rejected');
    // Its print is gone: a third copy is compared with the original only.
    const check = await creator.send('/v1/checks', {}, copy, { prefer: 'wait=60' });
    const ids = check.body['check'].verdict.matches.map((match: { workId: string }) => match.workId);
    assert.deepEqual(ids, [one.body['work'].id]);
    const own = await creator.register(copy, first.address);
    assert.equal(own.status, 201, 'the owner of the original may register the copy');
    assert.equal(own.body['work'].verdict.matches[0].workId, one.body['work'].id);
  });

  test('copies in flight at the same moment: one stays, whichever', async () => {
    for (const seed of [210, 211]) {
      const original = await makeJpeg(seed);
      const files = await Promise.all([90, 70, 60, 50].map((quality) => recompress(original, quality)));
      const answers = await Promise.all(
        files.map((bytes) => creator.register({ bytes, name: 'x.jpg' }, makeOwner().address)),
      );
      const states = answers.map(({ status, body }) => `${status} ${body['code'] ?? body['work']?.state}`);
      assert.equal(answers.filter(({ status }) => status === 201).length, 1, states.join('; '));
    }
  });
});

describe('a policy that asks people', () => {
  let service: TestApp;
  let creator: ApiClient;
  before(async () => {
    service = await startTestApp({ env: { ...EAGER, COLOPHON_ON_COPY: 'review' } });
    creator = await service.clientOf('creator');
  });
  after(() => service.remove());

  test('a copy waits for a review, which accepts or rejects it', async () => {
    const original = await makeJpeg(300);
    await creator.register({ bytes: original, name: 'o.jpg' }, makeOwner().address);
    const owner = makeOwner();
    const copies = await Promise.all([80, 50].map((quality) => recompress(original, quality)));
    const waiting = [];
    for (const bytes of copies) waiting.push(await creator.register({ bytes, name: 'c.jpg' }, owner.address));
    for (const { status, body } of waiting) {
      assert.equal(status, 201, JSON.stringify(body));
      assert.equal(body['work'].state, 'in_review');
    }
    const [one, two] = waiting.map(({ body }) => body['work'].id);
    assert.equal((await creator.post(`/v1/works/${one}/review`, { decision: 'accept' })).status, 403);
    const accepted = await service.admin.post(`/v1/works/${one}/review`, {
      decision: 'accept',
      note: 'licensed',
    });
    assert.equal(accepted.body['work'].state, 'decided');
    const rejected = await service.admin.post(`/v1/works/${two}/review`, {
      decision: 'reject',
      note: 'a copy',
    });
    assert.equal(rejected.body['work'].state, 'rejected');
    assert.equal(rejected.body['work'].problem.detail, 'a copy');
    const again = await service.admin.post(`/v1/works/${two}/review`, { decision: 'accept', note: '' });
    assert.equal(again.body['code'], 'wrong_state');
    const log = await service.admin.get('/v1/audit-log?limit=2');
    assert.deepEqual(
      log.body['items'].map((item: { facts: { decision: string } }) => item.facts.decision),
      ['reject', 'accept'],
    );
    assert.equal((await creator.sign(one, owner)).status, 200);
    await creator.until(`/v1/works/${one}`, ({ state }) => state === 'anchored');
  });
});
