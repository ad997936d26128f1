/** What may fail around a running service: the chain goes away, the disk fills up, the limits of a key, a slow client. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startLocalChain } from '../../../server/chain/local-chain.ts';
import { ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { footprint } from '../../helpers/footprint.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

describe('a chain of others that goes away', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'colophon-chain-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('works are taken in and signed meanwhile, and anchored when it is back', async () => {
    let chain = await startLocalChain({ directory: folder });
    const port = Number(new URL(chain.rpcUrl).port);
    const service = await startTestApp({
      env: { RPC_URL: chain.rpcUrl, COLOPHON_SIGNER_KEY: chain.signerKey },
    });
    try {
      const creator = await service.clientOf('creator');
      const owner = makeOwner();
      await chain.stop();
      const { status, body } = await new ApiClient(service.url, null).get('/readyz');
      assert.equal(status, 503);
      assert.equal(body['parts'].chain.ok, false);
      const one = await creator.register({ bytes: await makeJpeg(600), name: 'a.jpg' }, owner.address);
      assert.equal(one.status, 201, JSON.stringify(one.body));
      assert.equal((await creator.sign(one.body['work'].id, owner)).body['work'].state, 'recorded');
      const file = { bytes: await makeJpeg(601), name: 'b.jpg' };
      const lane = await creator.send('/v1/works', { owner: owner.address, lane: 'record' }, file, {
        prefer: 'wait=60',
      });
      const asked = await creator.get(`/v1/works/${lane.body['work'].id}/signing-request`);
      assert.equal(asked.status, 503, 'the nonce is on the chain');
      assert.equal(asked.body['code'], 'chain_unavailable');
      assert.ok(asked.headers.get('retry-after'));
      const registry = await creator.get('/v1/registry');
      assert.equal(registry.body['head'], null);
      chain = await startLocalChain({ directory: folder, port });
      await creator.until(`/v1/works/${one.body['work'].id}`, ({ state }) => state === 'anchored');
      assert.equal((await new ApiClient(service.url, null).get('/readyz')).status, 200);
    } finally {
      await service.remove();
      await chain.stop();
    }
  });
});

describe('a full disk', () => {
  let service: TestApp;
  let mounted = false;
  let incoming: string;
  before(async () => {
    service = await startTestApp();
    incoming = join(service.dataFolder, 'content', 'incoming');
    await mkdir(incoming, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', incoming], { stdio: 'ignore' });
      mounted = true;
    } catch {
      // Only root may mount; elsewhere the test is skipped.
    }
  });
  after(async () => {
    if (mounted) execFileSync('umount', [incoming]);
    await service.remove();
  });

  test('disk_full, nothing left, and the service goes on', async (t) => {
    if (!mounted) return t.skip('needs a mount');
    const creator = await service.clientOf('creator');
    const earlier = await footprint(service);
    const big = { bytes: await makeJpeg(610, 2400, 1800), name: 'big.jpg' };
    assert.ok(big.bytes.length > 65_536);
    const { status, body } = await creator.send('/v1/checks', {}, big);
    assert.equal(status, 507, JSON.stringify(body));
    assert.equal(body['code'], 'disk_full');
    assert.equal(body['retryable'], true);
    assert.deepEqual(await footprint(service), earlier);
    assert.equal((await creator.get('/v1/me')).status, 200);
  });
});

describe('limits and signs of life', () => {
  let service: TestApp;
  before(async () => {
    service = await startTestApp({ env: { COLOPHON_RATE_LIMIT: '5', COLOPHON_RATE_BURST: '12' } });
  });
  after(() => service.remove());

  test('a key that asks too often waits; others do not', async () => {
    const creator = await service.clientOf('creator');
    const other = await service.clientOf('creator');
    const answers = [];
    for (let i = 0; i < 14; i++) answers.push(await creator.get('/v1/me'));
    assert.equal(answers[0]?.headers.get('ratelimit-limit'), '12');
    assert.equal(answers[0]?.headers.get('ratelimit-remaining'), '11');
    const refused = answers.find(({ status }) => status === 429);
    assert.equal(refused?.body['code'], 'rate_limited');
    assert.ok(Number(refused?.headers.get('retry-after')) >= 1);
    assert.equal((await other.get('/v1/me')).status, 200);
  });

  test('metrics count requests, jobs and works', async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    assert.match(text, /colophon_http_requests_total\{method="GET",route="\/v1\/me",status="200"\} \d+/);
    for (const name of [
      'colophon_jobs',
      'colophon_outbox',
      'colophon_works',
      'colophon_index_vectors',
      'process_cpu_seconds_total',
    ]) {
      assert.match(text, new RegExp(`^# TYPE ${name} `, 'm'));
    }
  });

  test('every response says who it is for and what a browser may do', async () => {
    for (const path of ['/healthz', '/docs', '/openapi.json', '/v1/registry', '/v1/nothing']) {
      const { headers } = await fetch(service.url + path);
      assert.match(headers.get('content-security-policy') ?? '', /script-src 'self'/, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.ok(headers.get('x-request-id'));
      assert.equal(headers.get('x-powered-by'), null);
    }
    const page = await (await fetch(`${service.url}/docs`)).text();
    assert.match(page, /POST[\s\S]*\/v1\/works/);
    assert.doesNotMatch(page, /<script|https?:\/\/(?!json-schema)/, 'the page works offline');
  });
});
