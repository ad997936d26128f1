/** Signatures, keys and bodies that will not do: a typed problem, and nothing left behind. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiAnswer, ApiClient, makeOwner, signRequest } from '../../helpers/api-client.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';
import { refusal } from './refusals.ts';

let service: TestApp;
let creator: ApiClient;
const owner = makeOwner();

before(async () => {
  service = await startTestApp();
  creator = await service.clientOf('creator');
});
after(() => service.remove());

async function refused(code: string, status: number, call: () => Promise<ApiAnswer>): Promise<void> {
  await refusal(service, code, status, call);
}

describe('signatures', () => {
  let workId = '';
  let request: ApiAnswer['body'];
  before(async () => {
    const { body } = await creator.register({ bytes: await makeJpeg(80), name: 'signed.jpg' }, owner.address);
    workId = body['work'].id;
    request = (await creator.get(`/v1/works/${workId}/signing-request`)).body;
  });
  const hand = (body: object) => creator.post(`/v1/works/${workId}/signature`, body);

  test('of somebody else', async () => {
    const signature = await signRequest(request, makeOwner());
    await refused('invalid_signature', 422, () => hand({ signature, deadline: request['deadline'] }));
  });
  test('that is none', () =>
    refused('invalid_signature', 422, () => hand({ signature: '0x1234', deadline: request['deadline'] })));
  test('not hex', () => refused('invalid_request', 400, () => hand({ signature: 'yes', deadline: 1 })));
  test('after its deadline', async () => {
    const signature = await signRequest(request, owner);
    await refused('signature_expired', 422, () => hand({ signature, deadline: 1_600_000_000 }));
  });
  test('for another chain', async () => {
    const domain = { ...request['domain'], chainId: '1' };
    const signature = await signRequest({ ...request, domain }, owner);
    await refused('wrong_chain', 422, () => hand({ signature, deadline: request['deadline'] }));
  });
  test('for another work', async () => {
    const other = await creator.register({ bytes: await makeJpeg(81), name: 'other.jpg' }, owner.address);
    const { body } = await creator.get(`/v1/works/${other.body['work'].id}/signing-request`);
    const signature = await signRequest(body, owner);
    await refused('invalid_signature', 422, () => hand({ signature, deadline: body['deadline'] }));
  });
  test('a second time', async () => {
    const signature = await signRequest(request, owner);
    const given = { signature, deadline: request['deadline'] };
    assert.equal((await hand(given)).status, 200);
    await creator.until(`/v1/works/${workId}`, ({ state }) => state === 'anchored');
    await refused('signature_replayed', 409, () => hand(given));
    await refused('wrong_state', 409, () => hand({ ...given, signature: `0x${'1'.repeat(130)}` }));
    await refused('wrong_state', 409, () => creator.get(`/v1/works/${workId}/signing-request`));
  });
  test('with a nonce that is used or ahead, or without the standing consent (record lane)', async () => {
    const file = { bytes: await makeJpeg(82), name: 'r.jpg' };
    const { body } = await creator.send('/v1/works', { owner: owner.address, lane: 'record' }, file, {
      prefer: 'wait=60',
    });
    const path = `/v1/works/${body['work'].id}/signature`;
    const asked = (await creator.get(`/v1/works/${body['work'].id}/signing-request`)).body;
    const signature = await signRequest(asked, owner);
    await refused('invalid_signature', 422, () =>
      creator.post(path, { signature, deadline: asked['deadline'], nonce: '7' }),
    );
    const given = { signature, deadline: asked['deadline'], nonce: asked['nonce'] };
    await refused('invalid_signature', 422, () => creator.post(path, given));
    const standing = await signRequest(asked['standing'], owner);
    assert.equal((await creator.post(path, { ...given, standing })).status, 200);
    const next = await creator.send(
      '/v1/works',
      { owner: owner.address, lane: 'record' },
      { bytes: await makeJpeg(83), name: 's.jpg' },
      { prefer: 'wait=60' },
    );
    const again = (await creator.get(`/v1/works/${next.body['work'].id}/signing-request`)).body;
    assert.notEqual(again['nonce'], asked['nonce']);
  });
});

describe('access', () => {
  test('no key', () => refused('missing_key', 401, () => new ApiClient(service.url, null).get('/v1/works')));
  test('no bearer', () =>
    refused('missing_key', 401, () =>
      new ApiClient(service.url, null).get('/v1/works', { authorization: 'Basic eA==' }),
    ));
  for (const key of ['colophon', `colophon_${'0'.repeat(26)}_${'0'.repeat(64)}`, 'sk-something-else']) {
    test(`the foreign key ${key.slice(0, 14)}`, () =>
      refused('unknown_key', 401, () => new ApiClient(service.url, key).get('/v1/works')));
  }
  test('a good id with another secret', () =>
    refused('unknown_key', 401, () =>
      new ApiClient(service.url, `${String(creator.key).slice(0, -64)}${'0'.repeat(64)}`).get('/v1/works'),
    ));
  test('the wrong role', async () => {
    const auditor = await service.clientOf('auditor');
    const platform = await service.clientOf('platform');
    await refused('forbidden', 403, () => auditor.send('/v1/checks', {}, null));
    await refused('forbidden', 403, () => platform.get('/v1/keys'));
    await refused('forbidden', 403, () => creator.post('/v1/fsck', {}));
  });
  test('a revoked key', async () => {
    const gone = await service.clientOf('creator');
    const { body } = await gone.get('/v1/me');
    assert.equal((await service.admin.delete(`/v1/keys/${body['id']}`)).status, 200);
    await refused('unknown_key', 401, () => gone.get('/v1/me'));
  });
  test('checks, jobs and content of another key', async () => {
    const file = { bytes: await makeJpeg(90), name: 'mine.jpg' };
    const mine = await creator.send('/v1/checks', {}, file, { prefer: 'wait=60' });
    const other = await service.clientOf('creator');
    await refused('not_found', 404, () => other.get(`/v1/checks/${mine.body['check'].id}`));
    await refused('not_found', 404, () => other.get(`/v1/jobs/${mine.body['job'].id}`));
    await refused('not_found', 404, () => other.post('/v1/evidence', { checkId: mine.body['check'].id }));
    const { contentId } = mine.body['check'];
    await refused('unknown_content', 404, () =>
      other.send('/v1/works', { owner: owner.address, contentId }, null),
    );
    const own = await creator.send('/v1/works', { owner: owner.address, contentId }, null, {
      prefer: 'wait=60',
    });
    assert.equal(own.status, 201, JSON.stringify(own.body));
  });
});

describe('requests', () => {
  test('oversized JSON', () =>
    refused('body_too_large', 413, () =>
      service.admin.post('/v1/keys', { name: 'x'.repeat(400_000), role: 'creator' }),
    ));
  test('broken JSON', () =>
    refused('invalid_request', 400, async () => {
      const response = await fetch(`${service.url}/v1/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${service.adminKey}`, 'content-type': 'application/json' },
        body: '{"name":',
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    }));
  test('a body of another type', () =>
    refused('invalid_request', 400, () =>
      service.admin.post('/v1/keys', { name: 'x', role: 'creator' }, { 'content-type': 'text/plain' }),
    ));
  test('an id of another kind', () =>
    refused('invalid_request', 400, () => creator.get('/v1/works/check_1')));
  test('an owner that is no address', async () => {
    const jpeg = await makeJpeg(95);
    await refused('invalid_request', 400, () => creator.register({ bytes: jpeg, name: 'a.jpg' }, '0x12'));
  });
  test('something that does not exist', async () => {
    const none = `${'0'.repeat(26)}`;
    for (const path of [
      `works/work_${none}`,
      `checks/check_${none}`,
      `evidence/evidence_${none}`,
      `jobs/job_${none}`,
      'nothing',
    ]) {
      await refused('not_found', 404, () => creator.get(`/v1/${path}`));
    }
    await refused('unknown_content', 404, () =>
      creator.get(`/v1/contents/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy`),
    );
  });
  test('a method that the path does not take', async () => {
    const answer = await refusal(service, 'method_not_allowed', 405, () => creator.delete('/v1/works'));
    assert.equal(answer.headers.get('allow'), 'POST, GET');
  });
  test('evidence of a match that there is not', async () => {
    const file = { bytes: await makeJpeg(96), name: 'none.jpg' };
    const { body } = await creator.send('/v1/checks', {}, file, { prefer: 'wait=60' });
    await refused('invalid_request', 400, () =>
      creator.post('/v1/evidence', { checkId: body['check'].id, matchIndex: 3 }),
    );
  });
});
