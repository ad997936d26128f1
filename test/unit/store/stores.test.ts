import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Digest } from '../../../server/domain/digest.ts';
import { type BatchId, type KeyId, newId, type WorkId } from '../../../server/domain/ids.ts';
import { WORK_STATES, type WorkState } from '../../../server/domain/work.ts';
import { ColophonError } from '../../../server/errors.ts';
import type { Db } from '../../../server/store/db.ts';
import { createIdempotencyStore } from '../../../server/store/idempotency-store.ts';
import { createKeyStore } from '../../../server/store/key-store.ts';
import { createUploadStore } from '../../../server/store/upload-store.ts';
import { createWorkStore, WORK_STEPS, type WorkStore } from '../../../server/store/work-store.ts';
import { openTestDb, type TestDb } from '../../helpers/open-test-db.ts';
import { insertKey, sampleWork } from '../../helpers/sample-rows.ts';

let test_: TestDb;
let db: Db;
let keyId: KeyId;
before(async () => {
  test_ = await openTestDb();
  db = test_.db;
  keyId = await insertKey(db);
});
after(() => test_.remove());

const hasCode = (code: string) => (error: unknown) => error instanceof ColophonError && error.code === code;

describe('transactions', () => {
  test('an error takes everything back', async () => {
    await assert.rejects(
      db.transaction(async (sql) => {
        await sql.query(
          `insert into api_keys (id, name, role, secret_hash) values ('key_x', 'x', 'admin', '')`,
        );
        throw new RangeError('mine');
      }),
      RangeError,
    );
    assert.equal(await createKeyStore(db).findKey('key_x'), null);
  });

  test('a statement around the open transaction is refused, also one deep in a call', async () => {
    await assert.rejects(
      db.transaction(async () => {
        await Promise.resolve();
        await db.query('select 1');
      }),
      /around the open transaction/,
    );
    await assert.rejects(
      db.transaction(() => db.transaction(async () => 1)),
      /around the open transaction/,
    );
    assert.deepEqual(await db.query('select 1 as one'), [{ one: 1 }]);
  });

  test('what a transaction started and did not wait for may use the database after its end', async () => {
    let later: Promise<unknown> = Promise.resolve();
    await db.transaction(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 30)).then(() => db.query('select 1 as one'));
    });
    assert.deepEqual(await later, [{ one: 1 }]);
  });

  test('both drivers give the same values', async () => {
    const [row] = await db.query(
      `select $1::jsonb as j, 5::bigint as b, $2::text[] as a, now() as t, null as n, 1.5::float8 as f`,
      [JSON.stringify({ x: [1, 'y'] }), ['p', 'q']],
    );
    const { t, ...rest } = row ?? {};
    assert.deepEqual(rest, { j: { x: [1, 'y'] }, b: 5, a: ['p', 'q'], n: null, f: 1.5 });
    assert.ok(t instanceof Date);
  });

  test('a mistake in SQL is internal, its text with it', async () => {
    await assert.rejects(db.query('select nothing'), hasCode('internal'));
  });
});

describe('works', () => {
  let works: WorkStore;
  before(() => {
    works = createWorkStore(db);
  });

  test('of one content one work is on its way and one accepted; a rejected one frees it', async () => {
    const insert = async () => await works.insertWork(db, await sampleWork(db, keyId, 'same'));
    const move = async (id: WorkId, ...steps: WorkState[]) => {
      for (const to of steps) await works.moveWork(db, id, [(await works.findWork(id))!.state], to);
    };
    const one = (await insert())!;
    const of = one.contentHash;
    const found = async () => (await works.findWorksByContent(of)).map(({ id }) => id);
    assert.deepEqual([await insert(), await found()], [null, [one.id]]);
    await move(one.id, 'fingerprinted');
    assert.equal(await insert(), null);
    await move(one.id, 'decided');
    const two = (await insert())!;
    assert.deepEqual(await found(), [one.id, two.id]);
    await move(two.id, 'fingerprinted', 'in_review');
    assert.equal(await insert(), null);
    await assert.rejects(move(two.id, 'decided'), hasCode('internal'));
    await move(one.id, 'rejected');
    await move(two.id, 'decided');
    assert.deepEqual(await found(), [two.id]);
    await move(two.id, 'rejected');
    assert.deepEqual(await found(), []);
    assert.ok(await insert());
  });

  test('a work moves only from where it is, and only along its life', async () => {
    const work = await works.insertWork(db, await sampleWork(db, keyId, 'steps'));
    assert.ok(work);
    await assert.rejects(works.moveWork(db, work.id, ['decided'], 'recorded'), hasCode('wrong_state'));
    await assert.rejects(works.moveWork(db, work.id, ['received'], 'anchored'), hasCode('internal'));
    await assert.rejects(works.moveWork(db, newId('work'), ['received'], 'rejected'), hasCode('not_found'));
    assert.equal((await works.findWork(work.id))?.state, 'received');
    const moved = await works.moveWork(db, work.id, ['received'], 'fingerprinted', { printPosition: 7 });
    assert.equal(moved.state, 'fingerprinted');
    assert.equal((await works.findStandings([work.id])).get(work.id)?.printPosition, 7);
  });

  test('works that make way are named while a person decides, and in no other state', async () => {
    const passed = [newId('work')];
    const work = await works.insertWork(db, await sampleWork(db, keyId, 'passed'));
    const named = (id: WorkId) => db.transaction((sql) => works.lockPassed(sql, id));
    const move = (from: WorkState, to: WorkState) => works.moveWork(db, work!.id, [from], to, { passed });
    await move('received', 'fingerprinted');
    assert.deepEqual(await named(work!.id), []);
    await move('fingerprinted', 'in_review');
    assert.deepEqual(await named(work!.id), passed);
    await move('in_review', 'fingerprinted');
    assert.deepEqual(await named(work!.id), []);
  });

  test('works by models that do not run any more are counted', async () => {
    const [old, running] = ['11', '22'].map((byte) => `0x${byte.repeat(32)}` as const) as [Digest, Digest];
    const before = await works.countByOtherModels([running]);
    for (const [seed, modelDigest] of [
      ['by the old', old],
      ['by the new', running],
      ['not yet', null],
    ] as const) {
      const work = await sampleWork(db, keyId, seed);
      await db.transaction((sql) => works.insertWork(sql, work));
      await db.query('update works set model_digest = $2 where id = $1', [work.id, modelDigest]);
    }
    assert.equal(await works.countByOtherModels([running]), before + 1);
    assert.equal(await works.countByOtherModels([old, running]), before);
    const named = await works.countModels();
    assert.deepEqual([named.get(old), named.get(running)], [1, 1]);
  });

  test('of two movers at once one wins', async () => {
    const work = await works.insertWork(db, await sampleWork(db, keyId, 'race'));
    assert.ok(work);
    const move = (to: 'fingerprinted' | 'rejected') =>
      db.transaction((sql) => works.moveWork(sql, work.id, ['received'], to));
    const results = await Promise.allSettled([move('fingerprinted'), move('rejected')]);
    assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
  });

  test('nothing leads out of rejected, and nothing skips the signature', () => {
    assert.deepEqual(WORK_STEPS.rejected, []);
    for (const state of WORK_STATES) {
      if (WORK_STEPS[state].includes('recorded'))
        assert.ok(['decided', 'submitted', 'anchored'].includes(state));
    }
  });

  test('JSON columns and nulls survive', async () => {
    const work = await works.insertWork(db, await sampleWork(db, keyId, 'json'));
    assert.ok(work);
    await works.moveWork(db, work.id, ['received'], 'fingerprinted');
    const consent = { signature: '0x12', deadline: 5, nonce: null, standing: null } as const;
    const moved = await works.moveWork(db, work.id, ['fingerprinted'], 'decided', { consent });
    assert.deepEqual(moved.consent, consent);
    const cleared = await works.moveWork(db, work.id, ['decided'], 'recorded', { consent: null });
    assert.equal(cleared.consent, null);
    assert.match(cleared.createdAt, /^\d{4}-\d\d-\d\dT.*Z$/);
  });

  test('pages go through everything once, newest first', async () => {
    for (let i = 0; i < 7; i++) await works.insertWork(db, await sampleWork(db, keyId, `page ${i}`));
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await works.listWorks({ limit: 3, cursor });
      seen.push(...page.items.map((work) => work.id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    assert.deepEqual(seen, [...new Set(seen)]);
    assert.deepEqual(seen, seen.toSorted().reverse());
    const all: string[] = [];
    for await (const { work } of works.allWorks()) all.push(work.id);
    assert.deepEqual(all.toReversed(), seen);
  });

  test('batches take recorded works of their lane once', async () => {
    const ids: WorkId[] = [];
    for (const seed of ['b1', 'b2']) {
      const work = await works.insertWork(db, await sampleWork(db, keyId, seed));
      assert.ok(work);
      await works.moveWork(db, work.id, ['received'], 'fingerprinted');
      await works.moveWork(db, work.id, ['fingerprinted'], 'decided', { recordDigest: work.contentHash });
      await works.moveWork(db, work.id, ['decided'], 'recorded');
      ids.push(work.id);
    }
    const taken = (await works.takeRecorded(db, 10)).map((one) => one.workId);
    assert.ok(ids.every((id) => taken.includes(id)));
    await works.assignBatch(db, newId('batch') as BatchId, ids);
    assert.ok((await works.takeRecorded(db, 10)).every((one) => !ids.includes(one.workId)));
  });

  test('the highest waiting nonce of an owner is numeric, not alphabetic', async () => {
    const owner = `0x${'cd'.repeat(20)}` as const;
    assert.equal(await db.transaction((sql) => works.lockHighestNonce(sql, owner)), null);
    for (const nonce of ['9', '10']) {
      const work = await works.insertWork(
        db,
        await sampleWork(db, keyId, `n${nonce}`, { owner, lane: 'record' }),
      );
      assert.ok(work);
      await works.moveWork(db, work.id, ['received'], 'fingerprinted');
      await works.moveWork(db, work.id, ['fingerprinted'], 'decided');
      const consent = { signature: '0x', deadline: 1, nonce, standing: null } as const;
      await works.moveWork(db, work.id, ['decided'], 'recorded', { consent });
    }
    assert.equal(await db.transaction((sql) => works.lockHighestNonce(sql, owner)), 10n);
  });
});

describe('uploads', () => {
  test('knowing a hash is not holding the file', async () => {
    const uploads = createUploadStore(db);
    const { contentId } = await sampleWork(db, keyId, 'held');
    const other = await insertKey(db);
    assert.equal((await uploads.findUpload(contentId, keyId))?.fileName, 'a.png');
    assert.equal(await uploads.findUpload(contentId, other), null);
    assert.ok(await uploads.findUpload(contentId, null));
    const unknown = `content_${'0'.repeat(64)}` as const;
    assert.deepEqual([...(await uploads.filterKnown([contentId, unknown]))], [contentId]);
  });
});

describe('idempotency', () => {
  test('started, running, answered, mismatch, released', async () => {
    const store = createIdempotencyStore(db);
    const ref = { keyId, key: 'k' };
    assert.deepEqual(await store.begin(ref, 'd'), { kind: 'started' });
    assert.deepEqual(await store.begin(ref, 'd'), { kind: 'running' });
    assert.deepEqual(await store.begin(ref, 'e'), { kind: 'mismatch' });
    await store.release(ref);
    assert.deepEqual(await store.begin(ref, 'e'), { kind: 'started' });
    const response = { status: 202, headers: { Location: '/x' }, body: { a: [1] } };
    await store.keepResponse(db, ref, response);
    assert.deepEqual(await store.begin(ref, 'e'), { kind: 'answered', response });
    await store.release(ref);
    assert.equal((await store.begin(ref, 'e')).kind, 'answered', 'a kept response is not released');
    await store.sweep({ allRunning: true, hours: 1 });
    assert.equal((await store.begin(ref, 'e')).kind, 'answered');
  });

  test('a request of a process that died does not stand in the way after a restart', async () => {
    const store = createIdempotencyStore(db);
    const ref = { keyId, key: 'dead' };
    await store.begin(ref, 'd');
    await store.sweep({ allRunning: false, hours: 1 });
    assert.equal((await store.begin(ref, 'd')).kind, 'running', 'its lock has not run out');
    await store.sweep({ allRunning: true, hours: 1 });
    assert.equal((await store.begin(ref, 'd')).kind, 'started');
  });
});

test('bytes come back as they were: every value, none, and a view into a larger buffer', async () => {
  const all = Uint8Array.from({ length: 512 }, (_, i) => i & 255);
  for (const bytes of [all, new Uint8Array(0), all.subarray(250, 260)]) {
    const [row] = await db.query<{ bytes: Uint8Array; none: null }>(
      'select $1::bytea as bytes, $2::bytea as none',
      [bytes, null],
    );
    assert.deepEqual([...row!.bytes], [...bytes]);
    assert.equal(row!.none, null);
  }
});
