/** Every kind of bad input: a typed problem, and nothing left behind. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { type ApiAnswer, ApiClient, makeOwner, signRequest } from '../../helpers/api-client.ts';
import { footprint } from '../../helpers/footprint.ts';
import { makeBlank, makeJpeg, pictureSvg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

let service: TestApp;
let creator: ApiClient;
const owner = makeOwner();

before(async () => {
  service = await startTestApp({
    env: { COLOPHON_MAX_FILE_BYTES: '2000000', COLOPHON_MAX_PIXELS: '4000000' },
  });
  creator = await service.clientOf('creator');
});
after(() => service.remove());

/** Runs a request that must be refused, and sees that it left nothing. */
async function refusal(code: string, status: number, call: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  const earlier = await footprint(service);
  const answer = await call();
  assert.equal(answer.body['code'], code, JSON.stringify(answer.body));
  assert.equal(answer.status, status);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.equal(answer.body['status'], status);
  assert.ok(answer.body['title'] && answer.body['detail'] && answer.body['requestId']);
  assert.deepEqual(await footprint(service), earlier, 'something was left behind');
  return answer;
}

async function refused(code: string, status: number, call: () => Promise<ApiAnswer>): Promise<void> {
  await refusal(code, status, call);
}

for (const door of ['/v1/works', '/v1/checks'] as const) {
  const fields = (): Record<string, string> => (door === '/v1/works' ? { owner: owner.address } : {});
  const send = (bytes: Uint8Array, name = 'file.jpg') => creator.send(door, fields(), { bytes, name });

  describe(`files at ${door}`, () => {
    test('empty', () => refused('empty_file', 422, () => send(new Uint8Array())));
    test('truncated', async () => {
      const jpeg = await makeJpeg(50);
      await refused('corrupt_media', 422, () => send(jpeg.subarray(0, jpeg.length / 2)));
    });
    test('garbage behind a good beginning', async () => {
      const jpeg = Buffer.from(await makeJpeg(51));
      await refused('corrupt_media', 422, () =>
        send(Buffer.concat([jpeg.subarray(0, 400), Buffer.alloc(5000, 7)])),
      );
    });
    test('an unsupported type', () =>
      refused('unsupported_media', 415, () => send(Buffer.from('\x7fELF\x02\x01\x01 a program'), 'a.txt')));
    test('SVG, which could run things', () =>
      refused('unsupported_media', 415, () => send(Buffer.from(pictureSvg(3)), 'a.svg')));
    test('more bytes than the limit', () =>
      refused('body_too_large', 413, () => send(Buffer.alloc(2_000_001, 1))));
    test('far more bytes than the limit, announced', () =>
      refused('body_too_large', 413, () => send(Buffer.alloc(9_000_000, 1))));
    test('a decompression bomb', async () => {
      const bomb = await makeBlank(0, 3000, 3000);
      assert.ok(bomb.length < 100_000);
      await refused('media_too_large', 413, () => send(bomb));
    });
    for (const name of ['../../etc/passwd', 'a/b.jpg', 'a\\b.jpg', '..', `${'x'.repeat(300)}.jpg`]) {
      test(`the name ${name.slice(0, 20)}`, async () => {
        const jpeg = await makeJpeg(52);
        await refused('unsafe_name', 400, () => send(jpeg, name));
      });
    }
    test('an unknown content id', () =>
      refused('unknown_content', 404, () =>
        creator.send(door, { ...fields(), contentId: `content_${'0'.repeat(64)}` }, null),
      ));
    test('a content id that is none', () =>
      refused('invalid_request', 400, () =>
        creator.send(door, { ...fields(), contentId: 'content_1' }, null),
      ));
    test('neither file nor content id', () =>
      refused('invalid_request', 400, () => creator.send(door, fields(), null)));
    test('a field that does not exist', async () => {
      const jpeg = await makeJpeg(53);
      await refused('invalid_request', 400, () =>
        creator.send(door, { ...fields(), colour: 'red' }, { bytes: jpeg, name: 'a.jpg' }),
      );
    });
    test('a body that is no form', () => refused('invalid_request', 400, () => creator.post(door, fields())));
    test('an upload cut midway', async () => {
      const earlier = await footprint(service);
      await cutUpload(door, await makeJpeg(54));
      for (let i = 0; i < 50; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (JSON.stringify(await footprint(service)) === JSON.stringify(earlier)) return;
      }
      assert.deepEqual(await footprint(service), earlier);
    });
  });
}

/** Announces more than it sends, and hangs up. */
function cutUpload(path: string, bytes: Uint8Array): Promise<void> {
  const { hostname, port } = new URL(service.url);
  const head =
    '--b\r\nContent-Disposition: form-data; name="file"; filename="cut.jpg"\r\nContent-Type: image/jpeg\r\n\r\n';
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${creator.key}\r\n` +
          `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${bytes.length + 5000}\r\n\r\n${head}`,
      );
      socket.write(bytes, () => setTimeout(() => socket.destroy(), 100));
    });
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

describe('a form that is cut but closed', () => {
  test('is incomplete', () =>
    refused('upload_incomplete', 400, async () => {
      const response = await fetch(`${service.url}/v1/checks`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${creator.key}`,
          'content-type': 'multipart/form-data; boundary=b',
        },
        body: '--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nabc',
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    }));
});

describe('pictures that are handled, not refused', () => {
  const svg = Buffer.from(pictureSvg(70));
  const kinds: [string, () => Promise<Uint8Array>][] = [
    ['16-bit PNG', () => sharp(svg).toColourspace('rgb16').png().toBuffer()],
    ['CMYK JPEG', () => sharp(svg).flatten().toColourspace('cmyk').jpeg().toBuffer()],
    ['PNG with alpha', () => sharp(svg).ensureAlpha(0.5).png().toBuffer()],
    ['EXIF-rotated JPEG', () => sharp(svg).jpeg().withMetadata({ orientation: 6 }).toBuffer()],
    [
      'animated GIF',
      () =>
        sharp(
          [pictureSvg(71, 64, 64), pictureSvg(72, 64, 64)].map((text) => Buffer.from(text)),
          {
            join: { animated: true },
          },
        )
          .gif()
          .toBuffer(),
    ],
    ['JPEG named .png', () => sharp(svg).jpeg().toBuffer()],
    ['WebP', () => sharp(svg).webp().toBuffer()],
    ['AVIF', () => sharp(svg).avif({ effort: 0 }).toBuffer()],
    ['TIFF', () => sharp(svg).tiff().toBuffer()],
    ['greyscale PNG', () => sharp(svg).greyscale().png().toBuffer()],
  ];
  for (const [name, make] of kinds) {
    test(name, async () => {
      const file = { bytes: await make(), name: 'picture.png' };
      const { status, body } = await creator.send('/v1/checks', {}, file, { prefer: 'wait=60' });
      assert.equal(status, 201, JSON.stringify(body));
      assert.equal(body['check'].state, 'decided', JSON.stringify(body['check'].problem));
      if (name === 'JPEG named .png') assert.equal(body['check'].mediaType, 'image/jpeg');
      if (name === 'EXIF-rotated JPEG') assert.ok(body['check'].height > body['check'].width);
    });
  }

  test('blank pictures are registered by hash and never matched by look', async () => {
    const other = makeOwner();
    const first = await creator.register({ bytes: await makeBlank(250), name: 'blank.png' }, owner.address);
    assert.equal(first.body['work'].state, 'decided', JSON.stringify(first.body));
    assert.equal(first.body['work'].code, `0x${'0'.repeat(64)}`);
    const second = await creator.register({ bytes: await makeBlank(249), name: 'blank.png' }, other.address);
    assert.equal(second.body['work'].state, 'decided', JSON.stringify(second.body));
    assert.deepEqual(second.body['work'].verdict.matches, []);
    const same = await creator.send(
      '/v1/checks',
      {},
      { bytes: await makeBlank(250), name: 'b.png' },
      { prefer: 'wait=60' },
    );
    const [match] = same.body['check'].verdict.matches;
    assert.equal(match?.workId, first.body['work'].id);
    assert.equal(match.reasons[0].kind, 'exact');
  });
});

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
    const answer = await refusal('method_not_allowed', 405, () => creator.delete('/v1/works'));
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
