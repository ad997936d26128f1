/** Rounds of signing, against a service whose answers the test holds back. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import type { Work } from '../../../web/src/api/types.ts';

const OWNER = `0x${'aa'.repeat(20)}` as const;
const ZERO = `0x${'00'.repeat(32)}`;
/** Works that the service was asked about, and its answers that are still due. */
let asked: { id: string; answer: ServerResponse }[] = [];
let onAsked = () => {};
const service = createServer((request, answer) => {
  asked.push({ id: request.url!.split('/')[3]!, answer });
  onAsked();
});
let sign: typeof import('../../../web/src/keys/sign-all.ts');
let files: typeof import('../../../web/src/api/local-files.ts');

before(async () => {
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const baseURI = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
  const storage = { getItem: () => null };
  // What the modules of the console look up in a browser when they are loaded.
  for (const [name, value] of Object.entries({
    document: { baseURI },
    localStorage: storage,
    sessionStorage: storage,
  }))
    Object.defineProperty(globalThis, name, { value, configurable: true });
  files = await import('../../../web/src/api/local-files.ts');
  sign = await import('../../../web/src/keys/sign-all.ts');
});
afterEach(() => {
  asked = [];
});
after(() => {
  service.close();
  service.closeAllConnections();
});

/** A work whose file is at hand. */
async function atHand(id: string): Promise<Work> {
  const file = new File([id], `${id}.txt`);
  const contentHash = await files.hashFile(file);
  files.keepLocalFile(contentHash, file);
  return { id, contentHash, owner: OWNER } as Work;
}

/** Waits until the service has been asked `count` times. */
async function untilAsked(count: number): Promise<void> {
  while (asked.length < count) {
    await new Promise<void>((resolve) => {
      onAsked = resolve;
    });
  }
}

const give = (answer: ServerResponse, status: number, body: object) =>
  answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
const refuse = ({ answer }: { answer: ServerResponse }) => give(answer, 409, { code: 'wrong_state' });

test('a round that was stopped does not go on when the next one starts, and does not end it', {
  timeout: 10_000,
}, async () => {
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(atHand));
  const first = sign.signAll([a!, b!], OWNER);
  await untilAsked(1);
  sign.stopSigning();
  const second = sign.signAll([a!, c!], OWNER);
  refuse(asked[0]!);
  await first;
  assert.equal(sign.signingRound.get()?.isRunning, true, 'the first round ended the second');
  await untilAsked(2);
  refuse(asked[1]!);
  await second;
  // The work that was in hand is not asked for twice at once, and `b` not at all.
  assert.deepEqual(
    asked.map(({ id }) => id),
    ['a', 'c'],
  );
  const { total, done, failures, isRunning } = sign.signingRound.get()!;
  assert.deepEqual([total, done, failures.length, isRunning], [2, 2, 2, false]);
});

test('a locked key ends a round: no other work fares better', { timeout: 10_000 }, async () => {
  const works = await Promise.all(['d', 'e'].map(atHand));
  const round = sign.signAll(works, OWNER);
  await untilAsked(1);
  give(asked[0]!.answer, 200, {
    domain: { name: 'Colophon', version: '1', chainId: 1, verifyingContract: OWNER },
    primaryType: 'WorkRecord',
    message: {
      contentHash: works[0]!.contentHash,
      code: ZERO,
      fingerprintRoot: ZERO,
      modelDigest: ZERO,
      mediaType: 'text/plain',
      metadataCid: 'x',
      owner: OWNER,
    },
    deadline: 1,
    nonce: null,
  });
  onAsked = () => asked.slice(1).forEach(refuse);
  await round;
  const { done, failures } = sign.signingRound.get()!;
  assert.deepEqual([asked.length, done], [1, 1]);
  assert.match(`${failures[0]!.problem.title}. ${failures[0]!.problem.message}`, /key is locked.*passphrase/);
});
