import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Print } from '../../../server/domain/fingerprint.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import { WHOLE } from '../../../server/domain/media.ts';
import { followPrints, openVectorIndex } from '../../../server/search/index.ts';
import type { Db } from '../../../server/store/db.ts';
import { createPrintStore } from '../../../server/store/print-store.ts';
import { openTestDb, type TestDb } from '../../helpers/open-test-db.ts';

const MODEL = `0x${'cd'.repeat(32)}` as const;
const work = (i: number): WorkId => `work_${i}`;

let database: TestDb;
let db: Db;
before(async () => {
  database = await openTestDb();
  db = database.db;
});
after(() => database.remove());

function makePrint(seed: number): Print {
  const vector = Int8Array.from({ length: 256 }, (_, i) => ((i * 31 + seed * 57) % 121) - 60);
  return {
    medium: 'image',
    modelDigest: MODEL,
    lowInformation: false,
    segments: [{ box: WHOLE, code: `0x${'0e'.repeat(32)}`, vector }],
    local: null,
  };
}

test('prints come back as they went in; a second one for the same work changes nothing', async () => {
  const store = createPrintStore(db);
  const first = await db.transaction((sql) => store.insertPrint(sql, work(1), makePrint(1)));
  const second = await db.transaction((sql) => store.insertPrint(sql, work(2), makePrint(2)));
  assert.equal(second, first + 1);
  assert.equal(await db.transaction((sql) => store.insertPrint(sql, work(1), makePrint(9))), first);
  const loaded = await store.loadPrints([work(1), work(2), work(404)]);
  assert.deepEqual(loaded.get(work(1)), makePrint(1));
  assert.equal(loaded.size, 2);
  assert.equal((await store.loadPrints([])).size, 0);
});

test('positions of a transaction that fails are used again, so none is skipped', async () => {
  const store = createPrintStore(db);
  const before = (await store.changesAfter(0, 1000, MODEL)).at(-1)!.position;
  await assert.rejects(
    db.transaction(async (sql) => {
      await store.insertPrint(sql, work(50), makePrint(50));
      throw new Error('no');
    }),
  );
  assert.equal(await db.transaction((sql) => store.insertPrint(sql, work(51), makePrint(51))), before + 1);
});

test('writers at the same time get positions in the order of their commits', async () => {
  const store = createPrintStore(db);
  const ids = Array.from({ length: 20 }, (_, i) => 100 + i);
  const positions = await Promise.all(
    ids.map((i) => db.transaction((sql) => store.insertPrint(sql, work(i), makePrint(i)))),
  );
  assert.equal(new Set(positions).size, 20);
});

test('the index follows additions and removals, and only those of its model', async () => {
  const store = createPrintStore(db);
  const source = (position: number, limit: number) => store.changesAfter(position, limit, MODEL);
  const index = await openVectorIndex({ modelDigest: MODEL });
  await followPrints(index, source);
  const held = index.size;
  const other: Print = { ...makePrint(7), modelDigest: `0x${'ee'.repeat(32)}` };
  await db.transaction((sql) => store.insertPrint(sql, work(700), other));
  await db.transaction((sql) => store.insertPrint(sql, work(701), makePrint(701)));
  await db.transaction((sql) => store.removePrint(sql, work(2)));
  assert.equal(await db.transaction((sql) => store.removePrint(sql, work(2))), null);
  assert.equal(await followPrints(index, source), 2);
  assert.equal(index.size, held);
  assert.equal((await store.loadPrints([work(2)])).size, 0);
  // A removed work may be registered again.
  await db.transaction((sql) => store.insertPrint(sql, work(2), makePrint(22)));
  assert.equal(await followPrints(index, source), 1);
  assert.deepEqual((await store.loadPrints([work(2)])).get(work(2)), makePrint(22));
});
