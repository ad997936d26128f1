/** What the service answers to odd and to bad media: each row through the upload, registered and checked. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { makeOwner } from '../../helpers/api-client.ts';
import { footprint } from '../../helpers/footprint.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp } from '../../helpers/start-app.ts';
import { FILMS, goodFilm } from './odd-films.ts';
import { goodSound, SOUNDS } from './odd-sounds.ts';
import { goodText, TEXTS } from './odd-texts.ts';
import { type Doors, type Row, sendRows } from './send-rows.ts';
import { sendLongText } from './send-stream.ts';

let doors: Doors;
/** Files as they should be. */
const good = new Map<string, Uint8Array>();

before(async () => {
  Log.setLevel(AV_LOG_QUIET);
  const files = new Map<Row, Uint8Array>();
  const copies = new Map<Row, Uint8Array>();
  for (const row of [...FILMS, ...SOUNDS, ...TEXTS]) {
    files.set(row, await row.make());
    if (row.copy) copies.set(row, await row.copy());
  }
  good.set('good.mp4', goodFilm()).set('good.wav', goodSound()).set('good.txt', goodText());
  good.set('good.jpg', await makeJpeg(7));
  const service = await startTestApp();
  doors = { service, creator: await service.clientOf('creator'), owner: makeOwner().address, files, copies };
});
after(() => doors.service.remove());

describe('films', () => sendRows(FILMS, () => doors));
describe('sounds', () => sendRows(SOUNDS, () => doors));
describe('texts', () => {
  sendRows(TEXTS, () => doors);

  test('refused: 200 MB: media_too_large', async () => {
    const { service, creator, owner } = doors;
    const earlier = await footprint(service);
    for (const [path, fields] of [
      ['/v1/works', { owner }],
      ['/v1/checks', {}],
    ] as const) {
      const { status, body } = await sendLongText(creator, path, fields, 200);
      assert.deepEqual([status, body['code'], body['reason']], [413, 'media_too_large', 'bytes']);
    }
    assert.deepEqual(await footprint(service), earlier, 'something was left behind');
  });
});

describe('after all of that the service lives', () => {
  for (const [name, medium] of [
    ['good.mp4', 'video'],
    ['good.wav', 'audio'],
    ['good.txt', 'text'],
    ['good.jpg', 'image'],
  ] as const) {
    test(`and takes ${name}`, async () => {
      const file = { bytes: good.get(name)!, name };
      const { body } = await doors.creator.send('/v1/checks', {}, file, { prefer: 'wait=100' });
      assert.deepEqual(
        [body['check']?.state, body['check']?.medium],
        ['decided', medium],
        JSON.stringify(body),
      );
    });
  }

  test('and finds nothing amiss in its store', async () => {
    const { body } = await doors.service.admin.post('/v1/fsck', {});
    assert.deepEqual(body['problems'], []);
  });
});
