/** The very bytes of a work that was left unsigned, uploaded again by somebody else: both stand until that one is decided. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg, recompress } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

// The model's own policy is for registries; these thresholds call a recompressed drawing a copy. Nothing is held for long.
const EAGER = {
  COLOPHON_COPY_PROBABILITY: '0.5',
  COLOPHON_REVIEW_PROBABILITY: '0.3',
  COLOPHON_UNSIGNED_HOLD_MINUTES: '0',
};

describe('a newcomer with the very bytes of a work that was left unsigned', () => {
  let service: TestApp;
  let holder: ApiClient;
  let other: ApiClient;
  const [first, second] = [makeOwner(), makeOwner()];
  before(async () => {
    service = await startTestApp({ env: { ...EAGER, COLOPHON_ON_COPY: 'review' } });
    [holder, other] = [await service.clientOf('creator'), await service.clientOf('creator')];
  });
  after(() => service.remove());

  const stateOf = async (id: string) => (await service.admin.get(`/v1/works/${id}`)).body['state'];
  const review = async (id: string, decision: 'accept' | 'reject') =>
    (await service.admin.post(`/v1/works/${id}/review`, { decision, note: 'seen' })).body['work']?.state;
  const take = async (client: ApiClient, bytes: Uint8Array, owner: string) =>
    await client.register({ bytes, name: 'a.jpg' }, owner);
  /** A file that its holder left unsigned and that looks like a signed work: whoever brings it waits for a review. */
  const leaveUnsigned = async (seed: number) => {
    const signed = await take(holder, await recompress(await makeJpeg(seed), 80), first.address);
    assert.equal((await holder.sign(signed.body['work'].id, first)).status, 200);
    const bytes = await recompress(await makeJpeg(seed), 70);
    const { body } = await take(holder, bytes, first.address);
    assert.equal(body['work'].state, 'decided', JSON.stringify(body));
    return [bytes, String(body['work'].id)] as const;
  };
  const prepare = async (seed: number) => {
    const [bytes, held] = await leaveUnsigned(seed);
    const { body } = await take(other, bytes, second.address);
    assert.equal(body['work']?.state, 'in_review', JSON.stringify(body));
    assert.equal(await stateOf(held), 'decided', 'nobody has decided yet');
    return { bytes, held, newcomer: String(body['work'].id) };
  };

  test('leaves that work alone when it is rejected', async () => {
    const { held, newcomer } = await prepare(960);
    assert.equal(await review(newcomer, 'reject'), 'rejected');
    assert.equal(await stateOf(held), 'decided');
    assert.equal((await holder.sign(held, first)).status, 200);
  });

  test('takes its place when it is accepted', async () => {
    const { held, newcomer } = await prepare(961);
    assert.equal(await review(newcomer, 'accept'), 'decided');
    assert.equal((await holder.get(`/v1/works/${held}`)).body['problem'].code, 'not_signed');
    assert.equal((await other.sign(newcomer, second)).status, 200);
  });

  test('is turned away when that work is signed meanwhile: the bytes are registered once', async () => {
    const { held, newcomer } = await prepare(962);
    assert.equal((await holder.sign(held, first)).status, 200);
    assert.equal(await review(newcomer, 'accept'), 'fingerprinted', 'judged again');
    const { problem } = await other.until(`/v1/works/${newcomer}`, ({ state }) => state === 'rejected');
    assert.equal((problem as { code: string }).code, 'already_registered');
    assert.match((problem as { detail: string }).detail, new RegExp(held));
    await holder.until(`/v1/works/${held}`, ({ state }) => state === 'anchored');
  });

  test('accepted and signed away at the same moment: one of the two stays', async () => {
    for (const seed of [963, 964, 965]) {
      const { held, newcomer } = await prepare(seed);
      const [signed, state] = await Promise.all([holder.sign(held, first), review(newcomer, 'accept')]);
      if (signed.status === 200) {
        assert.equal(state, 'fingerprinted');
        await other.until(`/v1/works/${newcomer}`, (work) => work.state === 'rejected');
      } else {
        assert.deepEqual([state, await stateOf(held)], ['decided', 'rejected']);
        assert.equal((await other.sign(newcomer, second)).status, 200);
      }
    }
  });

  test('of newcomers at the same moment one waits, the others are told no more than that', async () => {
    const [bytes, held] = await leaveUnsigned(966);
    const clients = await Promise.all(Array.from({ length: 5 }, () => service.clientOf('creator')));
    const answers = await Promise.all(clients.map((client) => take(client, bytes, makeOwner().address)));
    const states = answers.map(({ status, body }) => `${status} ${body['code'] ?? body['work']?.state}`);
    assert.deepEqual(states.sort(), ['201 in_review', ...Array(4).fill('409 content_held')]);
    assert.ok(answers.every(({ status, headers }) => status === 201 || headers.get('location') === null));
    assert.equal(await stateOf(held), 'decided');
    const again = await take(holder, bytes, first.address);
    assert.equal(again.headers.get('location'), `/v1/works/${held}`, 'its own key still finds its own');
  });

  test('takes the place at once when nothing else stands against it, also with another key of one owner', async () => {
    const bytes = await makeJpeg(967);
    const held = (await take(holder, bytes, first.address)).body['work'].id;
    const taken = await take(other, bytes, first.address);
    assert.equal(taken.body['work']?.state, 'decided', JSON.stringify(taken.body));
    assert.equal(await stateOf(held), 'rejected');
    assert.equal((await other.sign(taken.body['work'].id, first)).status, 200);
  });
});

describe('a newcomer with the very bytes of an unsigned work, that copies a signed one', () => {
  let service: TestApp;
  before(async () => {
    service = await startTestApp({ env: EAGER });
  });
  after(() => service.remove());

  test('is rejected, and that work stays and may be signed', async () => {
    const [holder, thief] = [await service.clientOf('creator'), await service.clientOf('creator')];
    const owner = makeOwner();
    const original = await makeJpeg(970);
    const signed = await holder.register({ bytes: original, name: 'o.jpg' }, owner.address);
    assert.equal((await holder.sign(signed.body['work'].id, owner)).status, 200);
    const file = { bytes: await recompress(original, 70), name: 'held.jpg' };
    const held = (await holder.register(file, owner.address)).body['work'].id;
    const stolen = await thief.register(file, makeOwner().address);
    assert.equal(stolen.body['code'], 'copy_of_registered_work', JSON.stringify(stolen.body));
    assert.equal((await holder.get(`/v1/works/${held}`)).body['state'], 'decided');
    assert.equal((await holder.sign(held, owner)).status, 200);
  });
});
