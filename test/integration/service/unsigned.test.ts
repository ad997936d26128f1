/** Works that their owner has not signed: for nobody else to see, and in nobody's way for long. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sweepUnsigned } from '../../../server/actions/unsigned-works.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import { ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg, recompress } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

// The model's own policy is for registries; these thresholds call a recompressed drawing a copy.
const EAGER = { COLOPHON_COPY_PROBABILITY: '0.5', COLOPHON_REVIEW_PROBABILITY: '0.3' };
const HOUR_MS = 3_600_000;

describe('a work that is not signed yet', () => {
  let service: TestApp;
  let creator: ApiClient;
  let other: ApiClient;
  const owner = makeOwner();
  before(async () => {
    service = await startTestApp({ env: EAGER });
    creator = await service.clientOf('creator');
    other = await service.clientOf('creator');
  });
  after(() => service.remove());

  const take = async (client: ApiClient, seed: number, of = owner.address) =>
    await client.register({ bytes: await makeJpeg(seed), name: `${seed}.jpg` }, of);
  const later = (hours: number) => ({ ...service.app.deps, now: () => Date.now() + hours * HOUR_MS });

  test('is seen by its key, auditors and admins; by everybody once it is signed', async () => {
    const id = (await take(creator, 920)).body['work'].id;
    const paths = [`/v1/works/${id}`, `/v1/works/${id}/preview`, `/v1/works/${id}/signing-request`];
    for (const path of paths) {
      assert.equal((await creator.get(path)).status, 200, path);
      assert.equal((await other.get(path)).status, 404, path);
    }
    const handed = await other.post(`/v1/works/${id}/signature`, { signature: '0x12', deadline: 1 });
    assert.equal(handed.status, 404);
    const lists = async (client: ApiClient) =>
      (await client.get('/v1/works')).body['items'].some((work: { id: string }) => work.id === id);
    assert.deepEqual([await lists(creator), await lists(other)], [true, false]);
    for (const role of ['auditor', 'admin'] as const) {
      const client = await service.clientOf(role);
      assert.equal((await client.get(paths[0]!)).status, 200, role);
      assert.equal(await lists(client), true, role);
    }
    const proof = await new ApiClient(service.url, null).get(`/v1/works/${id}/proof`);
    const none = `work_${'0'.repeat(26)}`;
    const nothing = await new ApiClient(service.url, null).get(`/v1/works/${none}/proof`);
    assert.deepEqual([proof.status, proof.body['code']], [404, 'not_found']);
    assert.equal(proof.body['detail'].replace(id, none), nothing.body['detail'], 'as if there were nothing');
    assert.equal((await creator.sign(id, owner)).status, 200);
    assert.equal((await other.get(paths[0]!)).status, 200);
    assert.equal((await other.get(paths[1]!)).status, 200);
    assert.equal(await lists(other), true);
  });

  test('is found by its own checks, not by those of others', async () => {
    const { body } = await take(creator, 921);
    const matches = async (client: ApiClient) => {
      const file = { bytes: await makeJpeg(921), name: 'found.jpg' };
      const check = await client.send('/v1/checks', {}, file, { prefer: 'wait=60' });
      return check.body['check'].verdict.matches.map((match: { workId: string }) => match.workId);
    };
    assert.deepEqual(await matches(other), []);
    assert.deepEqual(await matches(creator), [body['work'].id]);
    await creator.sign(body['work'].id, owner);
    assert.deepEqual(await matches(other), [body['work'].id]);
  });

  test('holds its content for a while, and tells others no more than until when', async () => {
    const { body } = await take(creator, 922);
    const refused = await take(other, 922, makeOwner().address);
    assert.equal(refused.status, 409);
    assert.equal(refused.body['code'], 'content_held');
    assert.equal(refused.headers.get('location'), null);
    assert.doesNotMatch(JSON.stringify(refused.body), new RegExp(`${body['work'].id}|${owner.address}`));
    const minutes = (Date.parse(refused.body['heldUntil']) - Date.now()) / 60_000;
    assert.ok(minutes > 10 && minutes <= 15, `${minutes} minutes`);
    const copy = { bytes: await recompress(await makeJpeg(922)), name: 'copy.jpg' };
    const alike = await other.register(copy, makeOwner().address);
    assert.equal(alike.body['code'], 'copy_of_registered_work', JSON.stringify(alike.body));
    assert.equal(alike.headers.get('location'), null);
    assert.match(alike.body['detail'], /not signed yet and stands against this until \d{4}-/);
  });

  test('left unsigned it is withdrawn, its content and its look free, and the key holds it no second time', async () => {
    const first = (await take(creator, 923)).body['work'].id;
    assert.equal(await sweepUnsigned(later(71)), 0);
    assert.ok((await sweepUnsigned(later(73))) >= 1);
    const { body } = await creator.get(`/v1/works/${first}`);
    assert.deepEqual([body['state'], body['problem'].code], ['rejected', 'not_signed']);
    assert.equal((await creator.get(`/v1/works/${first}/signing-request`)).status, 409);
    const again = await take(creator, 923);
    assert.equal(again.status, 201, 'its own key may try again');
    const taken = await take(other, 923, makeOwner().address);
    assert.equal(taken.status, 201, JSON.stringify(taken.body));
    assert.equal((await creator.get(`/v1/works/${again.body['work'].id}`)).body['state'], 'rejected');
  });

  test('one that is signed is never withdrawn', async () => {
    const id = (await take(creator, 924)).body['work'].id;
    await creator.sign(id, owner);
    await sweepUnsigned(later(1000));
    await creator.until(`/v1/works/${id}`, ({ state }) => state === 'anchored');
  });

  test('a start withdraws what became too old meanwhile', async () => {
    const id = (await take(creator, 925)).body['work'].id;
    await service.stop();
    const { dataFolder, adminKey } = service;
    service = await startTestApp({
      dataFolder,
      adminKey,
      env: { ...EAGER, COLOPHON_UNSIGNED_HOURS: '0.00001' },
    });
    creator = new ApiClient(service.url, creator.key);
    assert.equal((await creator.get(`/v1/works/${id}`)).body['problem'].code, 'not_signed');
  });
});

describe('a work that was left unsigned for longer than it is held', () => {
  let service: TestApp;
  before(async () => {
    service = await startTestApp({ env: { ...EAGER, COLOPHON_UNSIGNED_HOLD_MINUTES: '0' } });
  });
  after(() => service.remove());

  test('makes way for another owner with the same bytes or the same look, not for its own key', async () => {
    const [squatter, creator] = [await service.clientOf('creator'), await service.clientOf('creator')];
    const [nobody, owner] = [makeOwner(), makeOwner()];
    const state = async (id: string) => (await service.admin.get(`/v1/works/${id}`)).body['state'];
    for (const seed of [930, 931]) {
      const original = await makeJpeg(seed);
      const bytes = seed === 930 ? original : await recompress(original);
      const held = await squatter.register({ bytes, name: 'held.jpg' }, nobody.address);
      assert.equal(held.status, 201, JSON.stringify(held.body));
      const same = await squatter.register({ bytes, name: 'held.jpg' }, nobody.address);
      assert.equal(same.headers.get('location'), `/v1/works/${held.body['work'].id}`);
      const mine = await creator.register({ bytes: original, name: 'mine.jpg' }, owner.address);
      assert.equal(mine.status, 201, JSON.stringify(mine.body));
      assert.equal(await state(held.body['work'].id), 'rejected');
      assert.equal((await creator.sign(mine.body['work'].id, owner)).status, 200);
      const late = await squatter.register({ bytes, name: 'held.jpg' }, nobody.address);
      assert.equal(late.status, 409);
    }
  });

  test('stays when the newcomer is turned away for something else', async () => {
    const [holder, thief] = [await service.clientOf('creator'), await service.clientOf('creator')];
    const owner = makeOwner();
    const original = await makeJpeg(932);
    const take = async (client: ApiClient, of: string, quality: number) =>
      await client.register({ bytes: await recompress(original, quality), name: `${quality}.jpg` }, of);
    const signed = await take(holder, owner.address, 80);
    assert.equal((await holder.sign(signed.body['work'].id, owner)).status, 200);
    const unsigned = await take(holder, owner.address, 70);
    assert.equal(unsigned.body['work'].state, 'decided', JSON.stringify(unsigned.body));
    const stolen = await take(thief, makeOwner().address, 60);
    assert.equal(stolen.body['code'], 'copy_of_registered_work', JSON.stringify(stolen.body));
    const { body } = await holder.get(`/v1/works/${unsigned.body['work'].id}`);
    assert.equal(body['state'], 'decided', JSON.stringify(body['problem']));
  });
});

describe('a newcomer that waits for a review beside a work that was left unsigned', () => {
  let service: TestApp;
  let holder: ApiClient;
  let other: ApiClient;
  const [first, second] = [makeOwner(), makeOwner()];
  before(async () => {
    const env = { ...EAGER, COLOPHON_ON_COPY: 'review', COLOPHON_UNSIGNED_HOLD_MINUTES: '0' };
    service = await startTestApp({ env });
    [holder, other] = [await service.clientOf('creator'), await service.clientOf('creator')];
  });
  after(() => service.remove());

  const take = async (client: ApiClient, seed: number, quality: number, of: string) => {
    const bytes = await recompress(await makeJpeg(seed), quality);
    const { body } = await client.register({ bytes, name: `${quality}.jpg` }, of);
    return [String(body['work']?.id), body['work']?.state] as const;
  };
  const stateOf = async (id: string) => (await service.admin.get(`/v1/works/${id}`)).body['state'];
  const review = async (id: string, decision: 'accept' | 'reject') =>
    (await service.admin.post(`/v1/works/${id}/review`, { decision, note: 'seen' })).body['work']?.state;
  /** A signed work and an unsigned one of one owner, and a copy of both that somebody else registers. */
  const prepare = async (seed: number) => {
    const [signed] = await take(holder, seed, 80, first.address);
    assert.equal((await holder.sign(signed, first)).status, 200);
    const [held] = await take(holder, seed, 70, first.address);
    const [newcomer, state] = await take(other, seed, 60, second.address);
    assert.equal(state, 'in_review');
    assert.equal(await stateOf(held), 'decided', 'nobody has decided yet');
    return [held, newcomer] as const;
  };

  test('leaves that work alone when it is rejected', async () => {
    const [held, newcomer] = await prepare(940);
    assert.equal(await review(newcomer, 'reject'), 'rejected');
    assert.equal(await stateOf(held), 'decided');
    assert.equal((await holder.sign(held, first)).status, 200);
  });

  test('takes its place when it is accepted', async () => {
    const [held, newcomer] = await prepare(941);
    assert.equal(await review(newcomer, 'accept'), 'decided');
    assert.equal(await stateOf(held), 'rejected');
    assert.equal((await other.sign(newcomer, second)).status, 200);
  });

  test('is decided once when two decide at the same moment', async () => {
    const [held, newcomer] = await prepare(944);
    const { db, media } = service.app.deps;
    const decide = (decision: string) =>
      service.admin.post(`/v1/works/${newcomer}/review`, { decision, note: 'seen' });
    const both: ReturnType<typeof decide>[] = [];
    const meanwhile = db.transaction(async (sql) => {
      // Takes the lock that both end with, so that both have all their others (on PostgreSQL) when it is free again.
      await media.of('image').removePrint(sql, held as WorkId);
      for (const decision of ['accept', 'reject']) {
        both.push(decide(decision));
        await sleep(500);
      }
      throw new Error('undone');
    });
    await assert.rejects(meanwhile, /undone/);
    const [accepted, rejected] = await Promise.all(both);
    assert.deepEqual(
      [accepted!.body['work']?.state, rejected!.body['code']],
      ['decided', 'wrong_state'],
      JSON.stringify(rejected!.body),
    );
    assert.equal(await stateOf(held), 'rejected');
  });

  test('is accepted also when that work was withdrawn meanwhile', async () => {
    const [held, newcomer] = await prepare(942);
    await sweepUnsigned({ ...service.app.deps, now: () => Date.now() + 1000 * HOUR_MS });
    assert.equal(await stateOf(held), 'rejected');
    assert.equal(await review(newcomer, 'accept'), 'decided');
  });

  test('is judged again when that work was signed meanwhile', async () => {
    const [held, newcomer] = await prepare(943);
    assert.equal((await holder.sign(held, first)).status, 200);
    assert.equal(await review(newcomer, 'accept'), 'fingerprinted');
    const log = await service.admin.get('/v1/audit-log?limit=1');
    const facts = { decision: 'accept', note: 'seen', state: 'fingerprinted' };
    assert.deepEqual(log.body['items'][0].facts, facts, 'the log does not read as if it were accepted');
    const isJudged = ({ state }: { state?: string }) => state === 'in_review';
    const judged = await other.until(`/v1/works/${newcomer}`, isJudged);
    const told = judged['verdict'].matches.map((match: { workId: string }) => match.workId);
    assert.ok(told.includes(held), 'now it stands against the newcomer');
    assert.equal(await review(newcomer, 'accept'), 'decided');
  });
});
