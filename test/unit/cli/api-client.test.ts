import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ApiClient } from '../../../server/cli/api-client.ts';

test('silence is told at once and once, and a service that comes back is heard', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"name":"me"}');
  });
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  const said: string[] = [];
  let told: () => void = () => {};
  const first = new Promise<void>((done) => (told = done));
  const client = new ApiClient({ url: `http://127.0.0.1:${port}`, apiKey: null } as never, (line) => {
    said.push(line);
    told();
  });
  const calls = Promise.all([client.get('/v1/me'), client.get('/v1/me'), client.get('/v1/me')]);
  await first;
  await listen(port);
  assert.deepEqual(await calls, [{ name: 'me' }, { name: 'me' }, { name: 'me' }]);
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^no answer from http:.*, trying again for 5 s …$/);
  server.close();
});
