/** Whose turn it is: a long line of one owner, or many operations of one kind, do not hold up the others. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Digest, ZERO_DIGEST } from '../../../server/domain/digest.ts';
import { keccakText, type WorkRecord, ZERO_ADDRESS } from '../../../server/domain/records/index.ts';
import { type Operation, type Outbox, operationId } from '../../../server/pipeline/anchor/index.ts';
import type { Sql } from '../../../server/store/db.ts';
import { openOutbox } from '../../../server/store/outbox-store.ts';
import { openTestDb, type TestDb } from '../../helpers/open-test-db.ts';

const PAGE = 1000;
const OWNERS = [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`] as const;

function record(seed: string, owner: `0x${string}`): WorkRecord {
  return {
    contentHash: keccakText(seed),
    code: ZERO_DIGEST,
    fingerprintRoot: ZERO_DIGEST,
    modelDigest: ZERO_DIGEST,
    mediaType: 'image/png',
    metadataCid: 'x',
    owner,
  };
}

function registration(nonce: number, owner: `0x${string}`): Operation {
  const rest = { deadline: 0, signature: '0x', standing: null } as const;
  return {
    kind: 'register-for',
    workId: 'work_1',
    record: record(`${owner} ${nonce}`, owner),
    nonce: String(nonce),
    ...rest,
  };
}

function batch(name: string): Operation {
  return { kind: 'register-batch', batchId: 'batch_1', root: keccakText(name), size: 1, manifestCid: 'x' };
}

function claim(name: string): Operation {
  const digests = {
    workId: ZERO_DIGEST,
    segment: ZERO_DIGEST,
    suspectCode: ZERO_DIGEST,
    modelDigest: ZERO_DIGEST,
  };
  const rest = { maxDistance: 0, similarityBps: 0, evidenceRoot: ZERO_DIGEST, evidenceCid: 'x' };
  const parties = { accused: ZERO_ADDRESS, reporter: ZERO_ADDRESS };
  return {
    kind: 'file-claim',
    evidenceId: 'evidence_1',
    record: record(name, OWNERS[0]),
    claim: { ...digests, ...rest, ...parties, suspectHash: keccakText(name) },
    segmentProof: null,
    filing: null,
  };
}

describe('operations that are due', () => {
  let opened: TestDb;
  let outbox: Outbox<Sql>;
  before(async () => {
    opened = await openTestDb();
    outbox = openOutbox(opened.db);
  });
  after(() => opened.remove());

  const add = (operations: readonly Operation[], dependsOn?: Digest) =>
    outbox.transaction(async (sql) => {
      for (const operation of operations) await outbox.enqueue(sql, operation, dependsOn);
    });
  const due = async (limit = PAGE) =>
    (await outbox.listDue(Date.now(), limit)).map(({ operation }) =>
      operation.kind === 'register-for' ? `${operation.nonce} of ${operation.record.owner}` : operation.kind,
    );

  test('of a line only its first, by nonce and not by arrival; all others as well', async () => {
    const line = Array.from({ length: PAGE + 100 }, (_, i) => registration(PAGE + 100 - i, OWNERS[0]));
    await add([...line, registration(7, OWNERS[1]), batch('one'), claim('one')]);
    assert.deepEqual(
      new Set(await due()),
      new Set([`1 of ${OWNERS[0]}`, `7 of ${OWNERS[1]}`, 'register-batch', 'file-claim']),
    );
  });

  test('kinds take turns', async () => {
    await add(Array.from({ length: 30 }, (_, i) => claim(`many ${i}`)));
    await add([batch('two'), batch('three')]);
    const kinds = (await due(8)).map((one) => (one.includes(' of ') ? 'register-for' : one));
    assert.equal(kinds.filter((kind) => kind === 'register-batch').length, 3, kinds.join());
  });

  test('what builds on something else waits for it, through its replacement', async () => {
    const [first, second] = [registration(0, OWNERS[1]), claim('builds')];
    await add([first]);
    await add([second], operationId(first));
    const isDue = async () =>
      (await outbox.listDue(Date.now(), PAGE)).some(({ id }) => id === operationId(second));
    assert.equal(await isDue(), false);
    const problem = { code: 'signature_expired', detail: 'too late' };
    await outbox.transaction((sql) =>
      outbox.update(sql, operationId(first), 'queued', { state: 'replaced', problem }),
    );
    assert.equal(await isDue(), false, 'its replacement does not stand yet');
    assert.deepEqual((await outbox.get(operationId(first)))?.problem, problem);
    await add([batch('four')]);
    await outbox.transaction((sql) => outbox.redirect(sql, operationId(first), operationId(batch('four'))));
    assert.equal((await outbox.get(operationId(second)))?.dependsOn, operationId(batch('four')));
    const place = {
      transactionHash: ZERO_DIGEST,
      blockNumber: 1,
      blockHash: ZERO_DIGEST,
      blockTime: 1,
      logIndex: 0,
    };
    await outbox.transaction((sql) =>
      outbox.update(sql, operationId(batch('four')), 'queued', { state: 'anchored', place }),
    );
    assert.equal(await isDue(), true);
  });
});
