import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KeyId, WorkId } from '../../../server/domain/ids.ts';
import type { IsccUnit } from '../../../server/domain/iscc.ts';
import type { Db } from '../../../server/store/db.ts';
import { createIsccStore, type IsccStore } from '../../../server/store/iscc-store.ts';
import { createWorkStore } from '../../../server/store/work-store.ts';
import { openTestDb, type TestDb } from '../../helpers/open-test-db.ts';
import { insertKey, sampleWork } from '../../helpers/sample-rows.ts';

let database: TestDb;
let db: Db;
let keyId: KeyId;
let store: IsccStore;
before(async () => {
  database = await openTestDb();
  db = database.db;
  keyId = await insertKey(db);
  store = createIsccStore(db);
});
after(() => database.remove());

const base = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) & 255);

/** The base with its first `count` bits turned. */
function turned(count: number): Uint8Array {
  const body = base.slice();
  for (let bit = 0; bit < count; bit++) body[bit >>> 3]! ^= 0x80 >>> (bit & 7);
  return body;
}

async function insertWork(seed: string, units: readonly IsccUnit[]): Promise<WorkId> {
  const work = await sampleWork(db, keyId, seed);
  await db.transaction(async (sql) => {
    await createWorkStore(db).insertWork(sql, work);
    await store.insertUnits(sql, work.id, units);
  });
  return work.id;
}

test('units are kept as they are, in the order of an ISCC-CODE, and never replaced', async () => {
  const units: IsccUnit[] = [
    { type: 'instance', body: turned(3) },
    { type: 'meta', body: turned(200) },
    { type: 'audio', body: turned(9) },
  ];
  const id = await insertWork('kept', units);
  await db.transaction((sql) => store.insertUnits(sql, id, [{ type: 'meta', body: base }]));
  assert.deepEqual(await store.findUnits(id), [units[1], units[2], units[0]]);
  assert.deepEqual(await store.findUnits('work_none'), []);
});

test('near units of the same type are found, nearest first, up to the very bit', async () => {
  const ids: WorkId[] = [];
  for (const count of [12, 0, 13, 5]) {
    ids.push(await insertWork(`near ${count}`, [{ type: 'image', body: turned(count) }]));
  }
  await insertWork('other type', [{ type: 'video', body: base }]);
  // 12 of 64 bits: a similarity of 0.8125.
  const found = await store.findNear(
    { type: 'image', body: base.subarray(0, 8) },
    { minSimilarity: 0.8125, limit: 9 },
  );
  assert.deepEqual(
    found.map(({ workId }) => workId),
    [ids[1], ids[3], ids[0]],
  );
  assert.deepEqual(found[2]!.units, [{ type: 'image', bits: 64, similarity: 52 / 64 }]);
  const whole = await store.findNear({ type: 'image', body: base }, { minSimilarity: 0.95, limit: 9 });
  assert.equal(whole.length, 3);
  assert.equal(whole[2]!.units[0]!.similarity, 244 / 256);
  const first = await store.findNear({ type: 'image', body: base }, { minSimilarity: 0.6, limit: 1 });
  assert.equal(first.length, 1);
});

test('an Instance-Code is equal or another, and a rejected work is not found', async () => {
  const id = await insertWork('instance', [{ type: 'instance', body: turned(256) }]);
  const ask = (body: Uint8Array) =>
    store.findNear({ type: 'instance', body }, { minSimilarity: 0.6, limit: 9 });
  for (const bytes of [4, 8, 16, 32]) {
    assert.deepEqual(
      (await ask(turned(256).subarray(0, bytes))).map(({ workId }) => workId),
      [id],
    );
  }
  assert.deepEqual(await ask(turned(255)), []);
  await db.query(`update works set state = 'rejected' where id = $1`, [id]);
  assert.deepEqual(await ask(turned(256)), []);
});
