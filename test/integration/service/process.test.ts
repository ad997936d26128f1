/** The service as a process: kill -9 at any moment, starts that must fail, stops that leave nothing running. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { type ApiAnswer, ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { makeJpeg } from '../../helpers/pictures.ts';
import {
  startProcess as launchProcess,
  type ServiceProcess,
  startFailing,
} from '../../helpers/start-process.ts';

const MODELS = resolve(import.meta.dirname, '../../../models');

describe('the process', () => {
  let folder: string;
  const running: ServiceProcess[] = [];
  /** Starts a service that is ended with the test at the latest, also when an assertion fails before. */
  const startProcess = async (data: string, env: Readonly<Record<string, string>> = {}) => {
    const service = await launchProcess(data, env);
    running.push(service);
    return service;
  };
  afterEach(async () => {
    for (const service of running.splice(0)) await service.kill();
  });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'colophon-process-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('kill -9 in the middle of uploads: every key gives one answer, every acknowledged work is there', async () => {
    const data = join(folder, 'crash');
    let service = await startProcess(data);
    const key = String(service.adminKey);
    const owner = makeOwner();
    const files = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => ({ bytes: await makeJpeg(500 + i), name: `${i}.jpg` })),
    );
    const acknowledged = new Map<number, ApiAnswer>();
    const upload = (i: number) =>
      new ApiClient(service.url, key).send('/v1/works', { owner: owner.address }, files[i]!, {
        'idempotency-key': `crash-${i}`,
      });
    for (const round of [0, 1, 2]) {
      const pending = files.map((_, i) =>
        upload(i).then(
          (answer) => {
            const before = acknowledged.get(i);
            if (before) assert.deepEqual(answer.body, before.body, `the answer of ${i} changed`);
            if (answer.status === 202) acknowledged.set(i, answer);
          },
          () => undefined,
        ),
      );
      await new Promise((done) => setTimeout(done, 60 + 90 * round));
      await service.kill();
      await Promise.all(pending);
      service = await startProcess(data);
      assert.equal(service.adminKey, null, 'the admin key is shown once');
    }
    const client = new ApiClient(service.url, key);
    for (const [i] of files.entries()) {
      // On a server the request of a dead process is free again when its hold has run out.
      let answer = await upload(i);
      for (
        const end = Date.now() + 60_000;
        answer.body['code'] === 'idempotency_in_progress' && Date.now() < end;
      ) {
        await new Promise((done) => setTimeout(done, 1000));
        answer = await upload(i);
      }
      const { status, body } = answer;
      assert.equal(status, 202, `${i}: ${JSON.stringify(body)}`);
      if (acknowledged.has(i)) assert.deepEqual(body, acknowledged.get(i)?.body);
      const work = await client.until(
        `/v1/works/${body['work'].id}`,
        ({ state }) => state !== 'received' && state !== 'fingerprinted',
      );
      assert.ok(['decided', 'rejected', 'in_review'].includes(work['state']), work['state']);
    }
    const { body } = await client.get('/v1/works?limit=200');
    assert.equal(body['items'].length, files.length, 'a work is there twice or not at all');
    const signed = body['items'].filter((work: { state: string }) => work.state === 'decided');
    for (const work of signed) assert.equal((await client.sign(work.id, owner)).status, 200);
    await service.kill();
    service = await startProcess(data);
    const again = new ApiClient(service.url, key);
    for (const work of signed) {
      await again.until(`/v1/works/${work.id}`, ({ state }) => state === 'anchored');
    }
    const fsck = await again.post('/v1/fsck', {});
    assert.deepEqual(fsck.body['problems'], []);
    assert.equal(await service.stop(), 0);
    assert.deepEqual((await readdir(join(data, 'content', 'incoming'))).length, 0);
  });

  test('Ctrl-C stops everything: exit code 0, no child left', async () => {
    const service = await startProcess(join(folder, 'stop'));
    const children = childrenOf(service.pid);
    assert.ok(children.length > 0, 'the local chain is a child');
    assert.equal(await service.stop('SIGINT'), 0);
    assert.match(service.output(), /\nSIGINT: stopping …\nstopped\n$/);
    for (const pid of children) assert.throws(() => process.kill(pid, 0), `process ${pid} still runs`);
  });

  test('kill -9 leaves no chain running either', async () => {
    const service = await startProcess(join(folder, 'kill'));
    const children = childrenOf(service.pid);
    await service.kill();
    // They notice by themselves; how soon depends on what else the machine does.
    const end = Date.now() + 60_000;
    while (children.some(alive) && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
    for (const pid of children) assert.throws(() => process.kill(pid, 0), `process ${pid} still runs`);
  });

  test('a folder in use by another process: database_locked', async () => {
    const data = join(folder, 'locked');
    const service = await startProcess(data);
    const { code, output } = await startFailing(data);
    assert.equal(code, 1);
    assert.match(output, /database_locked/);
    assert.match(output, new RegExp(`pid ${service.pid}`));
    await service.kill();
    const next = await startProcess(data);
    await next.stop();
  });

  test('a port in use: config_invalid', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as { port: number };
    const { code, output } = await startFailing(join(folder, 'port'), { PORT: String(port) });
    server.close();
    assert.equal(code, 1);
    assert.match(output, /config_invalid.*in use/);
  });

  test('a setting that does not exist: config_invalid', async () => {
    const { code, output } = await startFailing(join(folder, 'config'), { COLOPHON_BATCHSIZE: '1' });
    assert.equal(code, 1);
    assert.match(output, /config_invalid.*COLOPHON_BATCHSIZE/);
  });

  test('no model: model_missing', async () => {
    const { code, output } = await startFailing(join(folder, 'model'), {
      COLOPHON_MODEL: join(folder, 'none'),
    });
    assert.equal(code, 1);
    assert.match(output, /model_missing/);
  });

  test('an altered model: model_altered', async () => {
    const [name] = (await readdir(MODELS)).filter((one) => one.startsWith('colophon-image@')).sort();
    const copy = join(folder, 'altered');
    await cp(join(MODELS, String(name)), copy, { recursive: true });
    const head = await readFile(join(copy, 'head.bin'));
    head[1000] = head[1000]! ^ 1;
    await writeFile(join(copy, 'head.bin'), head);
    const { code, output } = await startFailing(join(folder, 'model2'), { COLOPHON_MODEL: copy });
    assert.equal(code, 1);
    assert.match(output, /model_altered.*head\.bin/);
  });

  test('a node that does not answer: chain_unavailable', async () => {
    const { code, output } = await startFailing(join(folder, 'rpc'), {
      RPC_URL: 'http://127.0.0.1:9',
      COLOPHON_SIGNER_KEY: `0x${'11'.repeat(32)}`,
    });
    assert.equal(code, 1);
    assert.match(output, /chain_unavailable/);
  });

  test('a database server that does not answer: database_unavailable', async () => {
    const { code, output } = await startFailing(join(folder, 'pg'), {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/x',
    });
    assert.equal(code, 1);
    assert.match(output, /database_unavailable/);
  });
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  for (const queue = [pid]; queue.length > 0; ) {
    const parent = queue.pop();
    for (const [child, of] of pairs) {
      if (of !== parent || child === undefined) continue;
      found.push(child);
      queue.push(child);
    }
  }
  return found;
}
