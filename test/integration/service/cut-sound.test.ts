/** Sound of which the file holds less than it says, through the real service. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { writeCoded } from '../../../scripts/bench/audio-sound.ts';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';
import { joinFiles } from '../audio/join-files.ts';
import { makeTune, wavOf } from '../audio/sounds.ts';
import { spoilSound } from '../audio/spoil-sound.ts';
import { drawScene, makeFolder, writeClip } from '../video/clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);

describe('a sound', () => {
  const owner = makeOwner();
  let service: TestApp;
  let creator: ApiClient;
  let platform: ApiClient;
  let wholeWav: Buffer;
  let wholeMp3: Buffer;
  let hoarseFilm: Buffer;

  before(async () => {
    Log.setLevel(AV_LOG_QUIET);
    // Made before any connection is open: drawing holds up the loop for longer than a server keeps one.
    wholeWav = wavOf(makeTune(78, 20), 16_000, 1);
    writeCoded(at('whole.mp3'), makeTune(77, 20), 'libmp3lame', 64_000);
    wholeMp3 = readFileSync(at('whole.mp3'));
    writeClip(at('mute.mp4'), { frames: 250, width: 64, height: 36 }, (i, w, h) =>
      drawScene(71, i / 25, w, h),
    );
    writeCoded(at('voice.m4a'), makeTune(72, 10), 'aac', 64_000);
    joinFiles([at('mute.mp4'), at('voice.m4a')], at('voiced.mp4'));
    hoarseFilm = spoilSound(at('voiced.mp4'), 5_000);
    service = await startTestApp();
    creator = await service.clientOf('creator');
    platform = await service.clientOf('platform');
  });
  after(async () => {
    await service.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('cut off: refused as a work, answered as a check with a warning', async () => {
    for (const [name, whole] of [
      ['cut.wav', wholeWav],
      ['cut.mp3', wholeMp3],
    ] as const) {
      const bytes = whole.subarray(0, Math.floor(whole.length * 0.6));
      const registered = await creator.register({ bytes, name }, owner.address);
      assert.equal(registered.body['code'], 'corrupt_media', JSON.stringify(registered.body));
      assert.match(
        registered.body['detail'],
        /of the 20\.\d s that it says it lasts, 1[12]\.\d s can be read/,
      );
      const checked = await platform.send('/v1/checks', {}, { bytes, name }, { prefer: 'wait=60' });
      assert.match(checked.body['check'].verdict.warnings.join(), /cut off or damaged/);
    }
    const { body } = await platform.send(
      '/v1/checks',
      {},
      { bytes: wholeMp3, name: 'whole.mp3' },
      { prefer: 'wait=60' },
    );
    assert.equal(body['check'].verdict.warnings, undefined);
  });

  test('so is a film whose pictures are whole and whose sound is cut off', async () => {
    const file = { bytes: hoarseFilm, name: 'hoarse.mp4' };
    const told = /of the 10\.0 s of sound that it says it has, 5\.1 s can be read/;
    const registered = await creator.register(file, owner.address);
    assert.equal(registered.body['code'], 'corrupt_media', JSON.stringify(registered.body));
    assert.match(registered.body['detail'], told);
    const checked = await platform.send('/v1/checks', {}, file, { prefer: 'wait=60' });
    assert.match(checked.body['check'].verdict.warnings.join(), told);
  });
});
