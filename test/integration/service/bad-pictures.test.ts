/** Every kind of bad upload of a picture: a typed problem, and nothing left behind. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { type ApiAnswer, type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { footprint } from '../../helpers/footprint.ts';
import { makeBlank, makeJpeg, pictureSvg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';
import { refusal } from './refusals.ts';

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

async function refused(code: string, status: number, call: () => Promise<ApiAnswer>): Promise<void> {
  await refusal(service, code, status, call);
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
    const seen = [first.body['work'], second.body['work'], same.body['check']];
    for (const { verdict } of seen) assert.match(verdict.warnings[0], /blank, .* nothing to compare it by/);
    const kept = await creator.get(`/v1/works/${first.body['work'].id}`);
    assert.deepEqual(kept.body['verdict'].warnings, first.body['work'].verdict.warnings);
  });
});
