import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { ApiClient } from '../../../server/cli/api-client.ts';
import { followJob } from '../../../server/cli/follow-job.ts';
import { startProgress } from '../../../server/cli/progress.ts';
import { readEvents } from '../../../server/cli/read-events.ts';
import type { JobProgress } from '../../../server/domain/job.ts';

/** A terminal that keeps what it is told. */
function terminal() {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY: true, columns: 200 }),
    shown: () => stripVTControlCharacters(text),
  };
}

const half: JobProgress = { stage: 'fingerprint', done: 0, total: 3, share: 0.5, leftMs: 125_000 };

test('of one file the stage is shown, how much of it is done, and the time left', () => {
  const { stream, shown } = terminal();
  const bar = startProgress('checking', 1, stream);
  assert.equal(shown(), '', 'a short job shows nothing');
  bar.report('film.mp4', half);
  assert.match(shown(), /checking, step 1 of 3: fingerprint █{15}░{15} 50 % {2}2 min 5 s left/);
  bar.step('film.mp4');
  bar.stop();
});

test('of several files the shares of those under way count', async () => {
  const { stream, shown } = terminal();
  const bar = startProgress('checking', 2, stream);
  await new Promise((resolve) => setTimeout(resolve, 150));
  bar.report('a.mp4', { ...half, done: 2, share: 0.999 });
  bar.step('b.mp4');
  bar.stop();
  const last = shown().split('checking').at(-1)!;
  assert.match(last, /^ █{30} 1\/2/, JSON.stringify(shown()));
});

test('nothing is written where there is no terminal', () => {
  const { stream, shown } = terminal();
  const bar = startProgress('checking', 1, Object.assign(stream, { isTTY: false }));
  bar.report('film.mp4', half);
  bar.stop();
  assert.equal(shown(), '');
});

test('events are read whatever pieces they come in', async () => {
  const text =
    ': hello\n\nevent: progress\ndata: {"a":\ndata: "é"}\n\nid: 2\r\nevent: end\r\ndata: {}\r\n\r\ndata: 1';
  const pieces = async function* () {
    for (const byte of new TextEncoder().encode(text)) yield Uint8Array.of(byte);
  };
  const events = [];
  for await (const event of readEvents(pieces())) events.push(event);
  assert.deepEqual(events, [
    { event: 'progress', data: { a: 'é' } },
    { event: 'end', data: {} },
  ]);
});

test.describe('a job is followed', () => {
  const job = { id: 'job_1' as const, state: 'running' as const };
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: progress\ndata: ${JSON.stringify(half)}\n\n`);
      // The stream breaks in the middle.
      setTimeout(() => response.destroy(), 20);
      return;
    }
    asked++;
    const state = asked < 3 ? 'running' : 'done';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...job, state, progress: { ...half, share: asked / 3 } }));
  });
  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => server.close());

  test('by its events, and by asking when they break off', async () => {
    const { port } = server.address() as AddressInfo;
    const client = new ApiClient({ url: `http://127.0.0.1:${port}`, apiKey: 'k', folder: '' } as never);
    const shares: (number | undefined)[] = [];
    await followJob(client, job as never, 30, ({ share }) => shares.push(share));
    assert.deepEqual(shares, [0.5, 1 / 3, 2 / 3, 1]);
  });
});
