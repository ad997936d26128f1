import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { ApiClient } from '../../../server/cli/api-client.ts';

/** A service that can be away, and a client that tells `said` what it says. */
async function startPair(answer = '{"name":"me"}') {
  let asked = 0;
  let breaks = false;
  let starting = 0;
  let cuts = 0;
  const server = createServer((request, response) => {
    asked++;
    response.setHeader('connection', 'close');
    if (breaks) request.socket.destroy();
    else if (starting-- > 0) response.writeHead(503).end('{"code":"starting","retryable":true}');
    else if (cuts-- > 0) {
      response.writeHead(200, { 'content-length': answer.length }).write(answer.slice(0, 4));
      setTimeout(() => request.socket.destroy(), 20);
    } else response.setHeader('content-type', 'application/json').end(answer);
  });
  after(() => server.close());
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const said: string[] = [];
  let told: () => void = () => {};
  const first = new Promise<void>((done) => (told = done));
  const client = new ApiClient({ url: `http://127.0.0.1:${port}`, apiKey: null } as never, (line) => {
    said.push(line);
    told();
  });
  return {
    client,
    said,
    first,
    asked: () => asked,
    breakFromNow: () => {
      breaks = true;
    },
    cutOff: (answers: number) => {
      cuts = answers;
    },
    startFor: (answers: number) => {
      starting = answers;
    },
    leave: () => new Promise((done) => server.close(done)),
    comeBack: () => listen(port),
  };
}

test('silence is told at once and once, and a service that comes back is heard', async () => {
  const { client, said, first, leave, comeBack } = await startPair();
  await leave();
  const calls = Promise.all([client.get('/v1/me'), client.get('/v1/me'), client.get('/v1/me')]);
  await first;
  await comeBack();
  assert.deepEqual(await calls, [{ name: 'me' }, { name: 'me' }, { name: 'me' }]);
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^http:.* is not ready, trying again for 5 s …$/);
});

test('a service that answered before is waited for longer: it may be started again', async () => {
  const { client, said, first, leave, comeBack } = await startPair();
  await client.get('/v1/me');
  await leave();
  const call = client.get('/v1/me');
  await first;
  assert.match(said[0]!, /trying again for 60 s …$/);
  await comeBack();
  assert.deepEqual(await call, { name: 'me' });
});

test('what never reached the service is sent again whatever it is, what may have is not', async () => {
  const { client, first, leave, comeBack, asked, breakFromNow } = await startPair();
  await leave();
  const call = client.post('/v1/keys', {});
  await first;
  await comeBack();
  assert.deepEqual(await call, { name: 'me' });
  assert.equal(asked(), 1);
  breakFromNow();
  await assert.rejects(client.post('/v1/keys', {}), /no answer from/);
  assert.equal(asked(), 2);
});

test('a service that is starting has taken nothing yet: anything is sent again', async () => {
  const { client, said, startFor } = await startPair();
  startFor(2);
  assert.deepEqual(await client.post('/v1/keys', {}), { name: 'me' });
  assert.equal(said.length, 1);
});

test('a service that never gets ready is waited for once, not once for every try', async (t) => {
  const { client, said, startFor, asked } = await startPair();
  startFor(1_000_000);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let ended = false;
  const call = client.get('/v1/me').finally(() => (ended = true));
  const refused = assert.rejects(call, { code: 'starting' });
  let waitedMs = 0;
  for (; !ended; waitedMs += 500) {
    await new Promise((next) => setImmediate(next));
    t.mock.timers.tick(500);
    assert.ok(waitedMs < 1_000_000, 'it goes on for ever');
  }
  await refused;
  assert.equal(asked(), 60, 'after five seconds it is asked every second');
  assert.equal(said.length, 1);
  assert.match(said[0]!, / is not ready, trying again for 60 s …$/);
  // Who asks after that does not wait for a minute as well.
  await assert.rejects(client.get('/v1/me'), { code: 'starting' });
  assert.equal(asked(), 61);
  startFor(0);
  assert.deepEqual(await client.get('/v1/me'), { name: 'me' });
});

test('an answer that breaks off is asked for again where asking changes nothing', async () => {
  const { client, cutOff, asked } = await startPair();
  cutOff(1);
  assert.deepEqual(await client.get('/v1/me'), { name: 'me' });
  assert.equal(asked(), 2);
  cutOff(1);
  await assert.rejects(client.post('/v1/keys', {}), { code: 'service_unavailable' });
  assert.equal(asked(), 3);
});
