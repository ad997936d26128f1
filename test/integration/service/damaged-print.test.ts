/** Stored prints that a disk has spoiled: the service starts without them, finds the others, and `fsck` names them. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp } from '../../helpers/start-app.ts';
import { makeTune, wavOf } from '../audio/sounds.ts';

test('a damaged print stops neither the start nor a check, and fsck reports it', async () => {
  let service = await startTestApp();
  try {
    const creator = await service.clientOf('creator');
    const owner = makeOwner();
    const sound = (seed: number) => ({ bytes: wavOf(makeTune(seed, 6), 16_000, 1), name: `${seed}.wav` });
    const picture = async (seed: number) => ({ bytes: await makeJpeg(seed), name: `${seed}.jpg` });
    const ids: string[] = [];
    for (const file of [sound(4), sound(91), await picture(1), await picture(2)]) {
      const { body } = await creator.register(file, owner.address);
      ids.push(body['work'].id);
      assert.equal((await creator.sign(body['work'].id, owner)).status, 200, JSON.stringify(body));
    }
    const [spoiltSound, goodSound, spoiltPicture, goodPicture] = ids;
    const { db } = service.app.deps;
    await db.query(`update media_prints set print = substring(print for 9) where work_id = $1`, [
      spoiltSound,
    ]);
    await db.query(`update prints set print = left(print, 9) where work_id = $1`, [spoiltPicture]);

    // Once with the index as it was, which still leads to the damaged rows, and once with an index made anew.
    for (const anew of [false, true]) {
      const { dataFolder, adminKey } = service;
      await service.stop();
      const snapshots = readdirSync(dataFolder).filter((name) => name.includes('.usearch'));
      assert.ok(snapshots.length > 0);
      if (anew) for (const name of snapshots) rmSync(join(dataFolder, name), { recursive: true });
      service = await startTestApp({ dataFolder, adminKey });
      const client = new ApiClient(service.url, creator.key);
      const found = async ({ bytes, name }: { bytes: Uint8Array; name: string }) => {
        // Other bytes, the same look and sound.
        const file = { bytes: Buffer.concat([bytes, Buffer.alloc(2)]), name };
        const { body } = await client.send('/v1/checks', {}, file, { prefer: 'wait=60' });
        assert.equal(body['check']?.state, 'decided', JSON.stringify(body));
        const { matches } = body['check'].verdict;
        return ids.filter((id) => matches.some(({ workId }: { workId: string }) => workId === id));
      };
      assert.ok(!(await found(sound(4))).includes(spoiltSound!));
      assert.ok((await found(sound(91))).includes(goodSound!));
      assert.ok(!(await found(await picture(1))).includes(spoiltPicture!));
      assert.ok((await found(await picture(2))).includes(goodPicture!));
    }
    const { body } = await service.admin.post('/v1/fsck', {});
    assert.deepEqual(
      body['problems'].map(({ subject, check }: Record<string, string>) => [subject, check]),
      [
        [spoiltSound, 'stored-print'],
        [spoiltPicture, 'stored-print'],
      ],
    );
  } finally {
    await service.remove();
  }
});
