import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import express from 'express';
import { sendAnswer } from '../../../server/http/answer.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-send-'));
const app = express();
app.get('/:name', ({ params }, response) => {
  const headers = { 'Content-Disposition': 'attachment', 'Cache-Control': 'private, max-age=86400' };
  const file = { type: 'video/mp4', path: join(folder, params.name) };
  sendAnswer(response, { status: 200, headers, file });
});
const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a range beyond the file and a file that is gone have their own status and are not kept', async () => {
  writeFileSync(join(folder, 'film'), Buffer.alloc(1000));
  const { port } = server.address() as AddressInfo;
  const get = async (name: string, range?: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/${name}`, { headers: range ? { range } : {} });
    const { headers, status } = answer;
    return [status, (await answer.arrayBuffer()).byteLength, headers.get('cache-control')];
  };
  assert.deepEqual(await get('film', 'bytes=100-199'), [206, 100, 'private, max-age=86400']);
  assert.deepEqual(await get('film', 'bytes=5000-'), [416, 0, null]);
  assert.deepEqual(await get('gone'), [404, 0, null]);
});
