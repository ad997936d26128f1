/** A job that stopped under one model and goes on under another: the record is of one model only. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { processWork } from '../../../server/actions/process-work.ts';
import { makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

const OLD = `0x${'0d'.repeat(32)}` as const;
let service: TestApp;
before(async () => {
  service = await startTestApp();
});
after(() => service.remove());

test('a work that another model fingerprinted and nobody signed is fingerprinted again', async () => {
  const creator = await service.clientOf('creator');
  const owner = makeOwner();
  const { body } = await creator.register({ bytes: await makeJpeg(7), name: '7.jpg' }, owner.address);
  const id = body['work'].id;
  const { deps } = service.app;
  // As a program with the old model left it when it was killed.
  await deps.db.query(
    `update works set state = 'fingerprinted', model_digest = $2, verdict = null, record = null,
       record_digest = null, metadata_cid = null where id = $1`,
    [id, OLD],
  );
  const running = deps.media.of('image').model.digest;
  await deps.db.query(
    'update prints set model_digest = $2, print = replace(print, $3, $2) where work_id = $1',
    [id, OLD, running],
  );
  assert.equal((await deps.prints.loadPrints([id])).get(id)?.modelDigest, OLD);

  await processWork(deps, id, async () => undefined);

  const work = await deps.works.findWork(id);
  assert.deepEqual([work?.state, work?.modelDigest], ['decided', running]);
  assert.equal((await deps.prints.loadPrints([id])).get(id)?.modelDigest, running);
  assert.equal((await creator.sign(id, owner)).status, 200);
  await creator.until(`/v1/works/${id}`, ({ state }) => state === 'anchored');
  const { body: fsck } = await service.admin.post('/v1/fsck', { deep: true });
  assert.deepEqual(fsck['problems'], []);
});
