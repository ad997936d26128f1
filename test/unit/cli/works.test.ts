import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findOwnerAddress, openOwnerKey } from '../../../server/cli/owner-key.ts';
import { describeWaiting, listWorks, showWork } from '../../../server/cli/works.ts';
import { STATE_WORDS } from '../../../server/domain/state-words.ts';
import { describeUnsignedTerms } from '../../../server/domain/unsigned-wait.ts';
import type { Work } from '../../../server/domain/work.ts';
import { WORK_STATES } from '../../../server/domain/work.ts';

const unsigned = { holdMs: 15 * 60_000, expireMs: 72 * 3_600_000 };
const client = { get: () => Promise.resolve({ unsigned }) as never };
const DECIDED = '2026-11-26T10:00:00.000Z';
const at = (minutes: number) => Date.parse(DECIDED) + minutes * 60_000;
const work = (id: string, state: string) => ({ id, state, updatedAt: DECIDED }) as unknown as Work;

test('whose work waits for a signature is told until when it stands, and when it is withdrawn', async () => {
  const [, head, line] = await describeWaiting(
    client,
    [work('w1', 'anchored'), work('w2', 'decided')],
    at(5),
  );
  assert.match(head!, /npx colophon register FILE/);
  assert.equal(
    line,
    'w2  Sign it by 2026-11-26T10:15:00.000Z: after that it makes way for anybody else who registers the same content ' +
      'or a copy of it. If it is not signed by 2026-11-29T10:00:00.000Z, it is withdrawn.',
  );
  const late = (await describeWaiting(client, [work('w2', 'decided')], at(16))).at(-1);
  assert.match(late!, /^w2 {2}Sign it soon: it makes way .*, since 2026-11-26T10:15:00.000Z\. If it is not/);
});

test('of many the first five are told, of none nothing is asked', async () => {
  const many = Array.from({ length: 9 }, (_, i) => work(`w${i}`, 'decided'));
  const lines = await describeWaiting(client, many, at(0));
  assert.equal(lines.length, 2 + 5 + 1);
  assert.equal(lines.at(-1), '… and 4 more');
  const nobody = { get: () => Promise.reject(new Error('nothing to ask for')) };
  assert.deepEqual(await describeWaiting(nobody, [work('w1', 'in_review')]), []);
});

test('works are told of without the terms where the service does not tell them', async () => {
  const waiting = [work('w1', 'decided'), work('w2', 'decided')];
  for (const get of [() => Promise.resolve({}) as never, () => Promise.reject(new Error('gone'))])
    assert.deepEqual((await describeWaiting({ get }, waiting, at(0))).slice(2), ['w1', 'w2']);
});

test('the terms are told in the largest unit that leaves a number to think in', () => {
  assert.match(
    describeUnsignedTerms(unsigned),
    /after 15 minutes it makes way .* after 72 hours it is withdrawn\.$/,
  );
  assert.match(
    describeUnsignedTerms({ holdMs: 60_000, expireMs: 5_400_000 }),
    /after 1 minute .* 90 minutes/,
  );
});

test('a state is told in the words of the console, which the glossary has, and beside them that of the API', async (t) => {
  const told: string[] = [];
  t.mock.method(console, 'log', (line: string) => void told.push(line));
  const waiting = {
    ...work('w2', 'in_review'),
    medium: 'image',
    createdAt: DECIDED,
    owner: '0x12',
    title: 'Dusk',
  } as Work;
  const one = { get: () => Promise.resolve(waiting) as never };
  await listWorks({ get: () => Promise.resolve({ items: [waiting] }) as never }, '20', false);
  await showWork(one, 'w2', false);
  assert.match(told[0]!, /^WORK {2}STATE {6}MEDIUM .*\nw2 {4}In review {2}image {3}2026/m);
  assert.match(told[1]!, /^state +In review \(in_review\)$/m);
  const glossary = readFileSync(new URL('../../../docs/glossary.md', import.meta.url), 'utf8');
  const row = glossary.split('\n').find((line) => line.startsWith('| state |'))!;
  for (const state of WORK_STATES) {
    const words = STATE_WORDS[state];
    assert.ok(
      words.toLowerCase() === state ? row.includes(words) : row.includes(`${words} (\`${state}\`)`),
      state,
    );
  }
});

test('whether the block of a work is final is told in the words of verify, and beside them the value of the API', async (t) => {
  const told: string[] = [];
  t.mock.method(console, 'log', (line: string) => void told.push(line));
  for (const finalized of [true, false]) {
    const anchored = { ...work('w1', 'anchored'), anchor: { blockNumber: 4, finalized } };
    await showWork({ get: () => Promise.resolve(anchored) as never }, 'w1', false);
  }
  assert.match(told[0]!, /^anchor\.finalized +final \(true\)$/m);
  assert.match(told[1]!, /^anchor\.finalized +not final yet \(false\)$/m);
});

test('--mine asks for the works of the key that is here, and makes none', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-mine-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const told: string[] = [];
  t.mock.method(console, 'log', (line: string) => void told.push(line));
  const asked: string[] = [];
  const none = {
    get(path: string) {
      asked.push(path);
      return Promise.resolve({ items: [], nextCursor: null }) as never;
    },
  };
  await listWorks(none, '20', false, findOwnerAddress(folder, undefined));
  await listWorks(none, '20', true, findOwnerAddress(folder, undefined));
  assert.deepEqual([asked, readdirSync(folder)], [[], []]);
  assert.match(told[0]!, /^no works of yours yet: .*register/);
  assert.equal(told[1], '{"items":[],"nextCursor":null}');
  const { address } = openOwnerKey(folder, undefined);
  await listWorks(none, '20', false, findOwnerAddress(folder, undefined));
  assert.deepEqual(asked, [`/v1/works?limit=20&owner=${address}`]);
  assert.equal(told[2], `no works of ${address} yet`);
});
