import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { writeChinese } from '../../../scripts/bench/text-edits.ts';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import {
  fingerprintText,
  prepareText,
  TEXT_MODEL_DIGEST,
} from '../../../server/pipeline/fingerprint/text/index.ts';
import { matchText } from '../../../server/pipeline/match/text/index.ts';
import type { Db } from '../../../server/store/db.ts';
import { createTextIndexStore, type TextIndexStore } from '../../../server/store/text-index-store.ts';
import { openTestDb, type TestDb } from '../../helpers/open-test-db.ts';

let database: TestDb;
let db: Db;
let store: TextIndexStore;

before(async () => {
  database = await openTestDb();
  db = database.db;
  store = createTextIndexStore(db, TEXT_MODEL_DIGEST);
});
after(() => database.remove());

async function register(workId: WorkId, text: string): Promise<void> {
  const prepared = prepareText(text);
  await db.transaction((sql) => store.insertText(sql, workId, prepared, fingerprintText(prepared)));
}

async function found(text: string): Promise<string[]> {
  return (await matchText(prepareText(text), { index: store, references: store })).map(
    (match) => match.workId,
  );
}

const texts = [1, 2, 3].map((seed) => writeChinese(5000, makeRandom(seed)));

describe('text index store', () => {
  it('finds what was registered, and gives it back as it was', async () => {
    await register('work_a', texts[0]!);
    await register('work_b', texts[1]!);
    assert.deepEqual(await found(texts[0]!.slice(1000, 1200)), ['work_a']);
    assert.equal((await store.load('work_b'))?.text, texts[1]);
    assert.deepEqual(await found(texts[2]!.slice(0, 500)), []);
  });

  it('gives every posting of a text: hash and place as winnowing has them', async () => {
    const { hashes, positions } = prepareText(texts[0]!).winnowed;
    const postings = await store.lookup([...new Set(hashes)], 1000);
    const key = (hash: number, position: number): string => `${hash}@${position}`;
    const actual = postings.filter(({ workId }) => workId === 'work_a').map((p) => key(p.hash, p.position));
    assert.deepEqual(actual.sort(), [...hashes].map((hash, i) => key(hash, positions[i]!)).sort());
  });

  it('keeps one row a work, whoever comes twice', async () => {
    const count = async () =>
      (await db.query<{ count: number }>('select count(*) from text_grams'))[0]!.count;
    const before = await count();
    await register('work_a', texts[0]!);
    assert.equal(await count(), before);
  });

  it('leaves nothing behind when the transaction fails', async () => {
    const prepared = prepareText(texts[2]!);
    await assert.rejects(
      db.transaction(async (sql) => {
        await store.insertText(sql, 'work_c', prepared, fingerprintText(prepared));
        throw new Error('power cut');
      }),
    );
    assert.deepEqual(await found(texts[2]!.slice(0, 500)), []);
    assert.equal(await store.load('work_c'), null);
  });

  it('gives of a common gram the works registered first, and still finds the text', async () => {
    const common = writeChinese(600, makeRandom(50));
    for (let i = 0; i < 12; i++) await register(`work_copy${String(i).padStart(2, '0')}`, common);
    const [hash] = prepareText(common).winnowed.hashes;
    const postings = await store.lookup([hash!], 5);
    assert.equal(postings.length, 5);
    assert.ok(postings.some(({ workId }) => workId === 'work_copy00'));
    assert.equal((await found(common.slice(100, 300))).length, 12);
  });

  it('forgets a work that is removed', async () => {
    await db.transaction((sql) => store.removeText(sql, 'work_b'));
    assert.deepEqual(await found(texts[1]!.slice(1000, 1500)), []);
    assert.equal(await store.load('work_b'), null);
    const rows = await db.query(
      'select 1 from text_grams where text_no not in (select text_no from text_prints)',
    );
    assert.equal(rows.length, 0);
    await db.transaction((sql) => store.removeText(sql, 'work_unknown'));
  });

  it('compares only with texts fingerprinted by the same method', async () => {
    const other = createTextIndexStore(db, `0x${'1'.repeat(64)}`);
    const { hashes } = prepareText(texts[0]!).winnowed;
    assert.deepEqual(await other.lookup([...hashes], 10), []);
    assert.equal(await other.load('work_a'), null);
  });

  it('stores a text that says too little without indexing it', async () => {
    await register('work_short', 'Hello.');
    assert.equal((await store.load('work_short'))?.text, 'Hello.');
    assert.deepEqual(await found('Hello.'), []);
  });

  it('takes characters beyond the basic plane and a long text', async () => {
    const long = `${'𠀀𠀁𠀂𠀃 😀 '.repeat(40)}${writeChinese(300_000, makeRandom(90))}`;
    await register('work_long', long);
    assert.deepEqual(await found(long.slice(200_000, 200_200)), ['work_long']);
    assert.equal((await store.load('work_long'))?.text, long);
  });
});
