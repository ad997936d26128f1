/** A registration that the contract refuses for good: the work comes to stand by a batch, and holds nobody up. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

const TWO_DAYS_S = 2 * 86_400;

describe('the record lane when its deadline has passed on the chain', () => {
  let service: TestApp;
  let creator: ApiClient;
  const owner = makeOwner();
  const ids: string[] = [];
  before(async () => {
    service = await startTestApp();
    creator = await service.clientOf('creator');
  });
  after(() => service.remove());

  const rpc = async (method: string, params: readonly unknown[] = []) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(service.app.rpcUrl, { method: 'POST', headers, body });
    return ((await response.json()) as { result: unknown }).result;
  };
  const take = async (seed: number) => {
    const file = { bytes: await makeJpeg(seed), name: `${seed}.jpg` };
    const fields = { owner: owner.address, lane: 'record' };
    const { body } = await creator.send('/v1/works', fields, file, { prefer: 'wait=60' });
    return String(body['work'].id);
  };

  test('both of two works of one owner get a record of their own all the same', async () => {
    // Nothing is mined meanwhile, so that the chain sees the signatures only when they are too old.
    await rpc('evm_setAutomine', [false]);
    for (const seed of [900, 901]) {
      const id = await take(seed);
      const signed = await creator.sign(id, owner);
      assert.equal(signed.status, 200, JSON.stringify(signed.body));
      ids.push(id);
    }
    const file = { bytes: await makeJpeg(900), name: 'copy.jpg' };
    const check = await creator.send('/v1/checks', {}, file, { prefer: 'wait=60' });
    const filed = await creator.post(
      '/v1/evidence',
      { checkId: check.body['check'].id },
      { prefer: 'wait=60' },
    );
    assert.equal(filed.status, 201, JSON.stringify(filed.body));
    await creator.until(`/v1/works/${ids[0]}`, ({ state }) => state === 'submitted');
    await rpc('evm_increaseTime', [TWO_DAYS_S]);
    await rpc('evm_mine');
    await rpc('evm_setAutomine', [true]);
    for (const id of ids) {
      const work = await creator.until(`/v1/works/${id}`, ({ state }) => state === 'anchored');
      assert.deepEqual([work['lane'], work['anchor'].lane], ['batch', 'batch']);
      assert.equal(work['problem'], null);
      const standing = () => service.app.deps.chain.work(work['recordDigest']);
      const until = Date.now() + 180_000;
      while ((await standing()) === null && Date.now() < until) await new Promise((go) => setTimeout(go, 50));
      assert.equal((await standing())?.lane, 'promoted', 'it has a record of its own');
    }
    const evidence = await creator.until(`/v1/evidence/${filed.body['evidence'].id}`, ({ state }) =>
      ['anchored', 'failed'].includes(state),
    );
    assert.equal(
      evidence['state'],
      'anchored',
      'the claim waited for the promotion in place of the registration',
    );
  });

  test('the owner’s next work signs the chain’s nonce, and bundles hold the standing consent', async () => {
    const id = await take(902);
    const { body } = await creator.get(`/v1/works/${id}/signing-request`);
    assert.equal(body['nonce'], '0', 'the nonces of the two were given up');
    const proof = await creator.get(`/v1/works/${ids[0]}/proof`);
    assert.equal(proof.status, 200, JSON.stringify(proof.body));
    assert.equal(proof.body['work'].lane, 'batch');
    assert.equal(proof.body['work'].consent.nonce, null);
    const fsck = await service.admin.post('/v1/fsck', {});
    assert.deepEqual(fsck.body['problems'], []);
  });
});
