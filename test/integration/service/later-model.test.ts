/** Works that an earlier model fingerprinted, in a registry that runs a later one: their very bytes can still be claimed. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { connectChain } from '../../../server/chain/connect-chain.ts';
import { isPublishedCode } from '../../../server/chain/published-code.ts';
import { openFingerprinter } from '../../../server/cli/verify-fingerprinter.ts';
import { sha256Digest } from '../../../server/domain/records/index.ts';
import { parseBundle, verifyBundle } from '../../../server/pipeline/prove/index.ts';
import { ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

const modelOf = (version: string) => ({
  COLOPHON_MODEL: resolve(import.meta.dirname, `../../../models/colophon-image@${version}`),
});

let folder: string;
let service: TestApp;
let creator: ApiClient;
let work: Uint8Array;
let workId = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-later-'));
  work = await makeJpeg(970);
  service = await startTestApp({ env: modelOf('1.0.0') });
  creator = await service.clientOf('creator');
  const owner = makeOwner();
  const { body } = await creator.register({ bytes: work, name: 'work.jpg' }, owner.address);
  workId = body['work'].id;
  assert.equal((await creator.sign(workId, owner)).status, 200);
  await creator.until(`/v1/works/${workId}`, ({ state }) => state === 'anchored');
  await service.stop();
  const { dataFolder, adminKey } = service;
  service = await startTestApp({ dataFolder, adminKey, env: modelOf('1.1.0') });
  creator = new ApiClient(service.url, creator.key);
});
after(async () => {
  await service.remove();
  await rm(folder, { recursive: true, force: true });
});

test('the very bytes are found, claimed, and proved from the files', async () => {
  const file = { bytes: work, name: 'found.jpg' };
  const { body } = await creator.send('/v1/checks', {}, file, { prefer: 'wait=60' });
  assert.deepEqual(
    body['check'].verdict.matches.map((match: { workId: string }) => match.workId),
    [workId],
  );
  const filed = await creator.post('/v1/evidence', { checkId: body['check'].id });
  assert.equal(filed.status, 202, JSON.stringify(filed.body));
  const { id } = filed.body['evidence'];
  await creator.until(`/v1/evidence/${id}`, ({ state }) => state === 'anchored');
  const bundle = parseBundle(await (await fetch(`${service.url}/v1/evidence/${id}/proof`)).text());
  const fingerprinter = (await openFingerprinter(bundle.work.record.modelDigest))!;
  const { registry, ledger } = bundle.chain;
  const path = join(folder, 'work.jpg');
  await writeFile(path, work);
  const ofFile = { path, sha256: sha256Digest(work) };
  const claims = await verifyBundle(bundle, {
    chain: connectChain({ rpcUrl: service.app.rpcUrl, registry, ledger }).reader,
    isPublishedCode,
    fingerprinter,
    file: ofFile,
    suspectFile: ofFile,
  });
  await fingerprinter.close();
  assert.deepEqual(
    claims.filter(({ status }) => status !== 'true').map(({ name, detail }) => [name, detail]),
    [],
  );
});
