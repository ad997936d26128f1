import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  bumpFees,
  failOrReplace,
  mustWaitInLine,
  type Operation,
  type OutboxEntry,
  operationId,
  retryPauseMs,
  stepPlaced,
  stepQueued,
  stepSubmitted,
} from '../../../server/pipeline/anchor/index.ts';

const digest = (n: number) => `0x${String(n).repeat(64)}` as const;
const batch: Operation = {
  kind: 'register-batch',
  batchId: 'batch_1',
  root: digest(1),
  size: 2,
  manifestCid: 'x',
};
const registration = {
  kind: 'register-for',
  workId: 'work_1',
  record: {
    contentHash: digest(1),
    code: digest(2),
    fingerprintRoot: digest(3),
    modelDigest: digest(4),
    mediaType: 'image/png',
    metadataCid: 'x',
    owner: `0x${'ab'.repeat(20)}`,
  },
  nonce: '5',
  deadline: 9,
  signature: '0x',
  standing: null,
} as const satisfies Operation;
const place = {
  transactionHash: digest(5),
  blockNumber: 10,
  blockHash: digest(6),
  blockTime: 100,
  logIndex: 0,
};
const elsewhere = { ...place, blockNumber: 12, blockHash: digest(7) };

function entry(changes: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    id: digest(0),
    operation: batch,
    state: 'queued',
    dependsOn: null,
    nonce: null,
    attempts: [],
    place: null,
    failures: 0,
    nextAttemptAt: 0,
    submittedAt: null,
    problem: null,
    ...changes,
  };
}

describe('a queued operation', () => {
  const facts = { standing: null, dependency: null, signerNonce: null, lineMoves: false };
  const waits = (one: OutboxEntry, changes: object) => mustWaitInLine(one, { ...facts, ...changes });
  test('is sent only when the chain does not have it', () => {
    assert.deepEqual(stepQueued(entry(), facts), { do: 'send' });
    assert.deepEqual(stepQueued(entry(), { ...facts, standing: place }), { do: 'anchor', place });
  });
  test('waits for what it builds on, and fails with it', () => {
    const waiting = entry({ operation: registration });
    for (const state of ['queued', 'submitted'] as const)
      assert.ok(waits(waiting, { dependency: entry({ state }) }));
    assert.ok(!waits(waiting, { dependency: entry({ state: 'anchored', place }) }));
    assert.ok(
      waits(waiting, { dependency: entry({ state: 'replaced' }) }),
      'its turn comes with the replacement',
    );
    const failed = entry({ state: 'failed' });
    assert.ok(!waits(waiting, { dependency: failed }));
    assert.equal(stepQueued(waiting, { ...facts, dependency: failed }).do, 'fail');
  });
  test('goes in the order of the signed nonces; a used one is a replay', () => {
    const signed = entry({ operation: registration });
    assert.ok(waits(signed, { signerNonce: 4n, lineMoves: true }));
    assert.ok(!waits(signed, { signerNonce: 5n, lineMoves: true }));
    const step = stepQueued(signed, { ...facts, signerNonce: 6n });
    assert.ok(step.do === 'fail' && step.code === 'signature_replayed');
    assert.equal(
      stepQueued(signed, { ...facts, signerNonce: 6n, standing: place }).do,
      'anchor',
      'unless it is done',
    );
  });
  test('ahead of a gap that nothing fills, it waits a while and then gives its nonce up', () => {
    const gap = { ...facts, signerNonce: 4n };
    const ahead = (failures: number, standing: '0x12' | null) =>
      stepQueued(entry({ operation: { ...registration, standing }, failures }), gap).do;
    assert.ok(
      !waits(entry({ operation: registration }), { signerNonce: 4n }),
      'nothing is under way before it',
    );
    assert.equal(ahead(0, '0x12'), 'wait');
    assert.equal(ahead(4, '0x12'), 'wait');
    assert.equal(ahead(5, '0x12'), 'replace');
    assert.equal(ahead(5, null), 'fail', 'without a standing consent there is no other way');
  });
  test('a registration that cannot be done is replaced when its owner stands by the record', () => {
    const of = (operation: Operation) =>
      failOrReplace(entry({ operation }), 'signature_expired', 'too late').do;
    assert.equal(of({ ...registration, standing: '0x12' }), 'replace');
    assert.equal(of(registration), 'fail');
    assert.equal(of(batch), 'fail');
  });
});

describe('a submitted operation', () => {
  const submitted = entry({ state: 'submitted', nonce: 7, submittedAt: 1000 });
  const facts = {
    standing: null,
    reverted: false,
    minedNonce: 7,
    contiguousNonce: 7,
    known: true,
    now: 2000,
    bumpAfterMs: 5000,
  };
  const step = (changes: object) => stepSubmitted(submitted, { ...facts, ...changes }).do;
  test('waits while the node has it, is sent again when the node forgot it, pays more when it takes too long', () => {
    assert.equal(step({}), 'wait');
    assert.equal(step({ known: false }), 'resend');
    assert.equal(step({ now: 7000 }), 'bump');
    assert.equal(step({ now: 7000, known: false }), 'bump', 'a node that does not take it wants more');
    const many = Array.from(
      { length: 20 },
      () =>
        ({
          hash: digest(1),
          raw: '0x',
          nonce: 7,
          fees: { maxFeePerGas: '1', maxPriorityFeePerGas: '1' },
        }) as const,
    );
    assert.equal(
      stepSubmitted({ ...submitted, attempts: many }, { ...facts, now: 7000 }).do,
      'wait',
      'not without end',
    );
  });
  test('is anchored wherever it is found, even after its nonce was used', () => {
    assert.equal(step({ standing: place, minedNonce: 9, reverted: true }), 'anchor');
  });
  test('gives its nonce up when another transaction used it, when it failed, or behind a gap', () => {
    assert.equal(step({ minedNonce: 8, contiguousNonce: 8 }), 'requeue');
    assert.equal(step({ reverted: true }), 'requeue');
    assert.equal(step({ minedNonce: 5, contiguousNonce: 6 }), 'requeue');
    assert.equal(step({ minedNonce: 5, contiguousNonce: 7 }), 'wait', 'nonces 5 and 6 are on their way');
  });
});

describe('an operation that stood', () => {
  const anchored = entry({ state: 'anchored', place });
  const facts = {
    hashAtPlace: place.blockHash as string | null,
    standing: null,
    finalizedNumber: 9 as number | null,
  };
  const step = (changes: object, of = anchored) => stepPlaced(of, { ...facts, ...changes });
  test('becomes final with its block, and not before', () => {
    assert.equal(step({}).do, 'wait');
    assert.equal(step({ finalizedNumber: 10 }).do, 'finalize');
    assert.equal(step({ finalizedNumber: null }).do, 'wait');
  });
  test('moves back when its block is gone or replaced, final or not; or to where it stands now', () => {
    assert.equal(step({ hashAtPlace: null }).do, 'rollBack');
    assert.equal(step({ hashAtPlace: digest(9) }).do, 'rollBack');
    assert.equal(step({ hashAtPlace: digest(9) }, entry({ state: 'finalized', place })).do, 'rollBack');
    assert.deepEqual(step({ hashAtPlace: digest(9), standing: elsewhere }), {
      do: 'anchor',
      place: elsewhere,
    });
  });
});

test('a replacement pays at least a tenth more on both fees, rounded up', () => {
  const fees = (max: string, tip: string) => ({ maxFeePerGas: max, maxPriorityFeePerGas: tip });
  assert.deepEqual(bumpFees(fees('1000', '10'), fees('1', '1')), fees('1110', '12'));
  assert.deepEqual(bumpFees(fees('1', '0'), fees('0', '0')), fees('2', '0'));
  assert.deepEqual(bumpFees(fees('1000', '10'), fees('5000', '9')), fees('5000', '12'));
});

test('the pause grows to a minute and no further', () => {
  assert.deepEqual([0, 1, 2, 7, 50].map(retryPauseMs), [500, 1000, 2000, 60_000, 60_000]);
});

test('the id of an operation follows from what it brings about, and from nothing else', () => {
  assert.equal(operationId(batch), operationId({ ...batch, batchId: 'batch_2', manifestCid: 'y' }));
  assert.notEqual(operationId(batch), operationId({ ...batch, root: digest(9) }));
  assert.equal(operationId(registration), operationId({ ...registration, signature: '0x12', nonce: '6' }));
  const { record, workId } = registration;
  const promotion: Operation = {
    kind: 'promote-for',
    workId,
    record,
    root: digest(1),
    index: 0,
    path: [],
    signature: '0x',
  };
  assert.notEqual(operationId(promotion), operationId(registration));
});
