import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ZeroHash } from 'ethers';
import {
  hashWorkRecord,
  nextBatchHead,
  registrationTypedData,
  type WorkRecord,
} from '../../server/domain/records/index.ts';
import {
  addressOf,
  assertReverts,
  eventOf,
  LANE,
  makeRecord,
  mined,
  normalize,
  sign,
  startChain,
  word,
} from './support/chain.ts';

const NEVER = 4_000_000_000;

describe('WorkRegistry: registration', () => {
  let chain: Awaited<ReturnType<typeof startChain>>;
  let record: WorkRecord;
  before(async () => {
    chain = await startChain();
    record = makeRecord(await addressOf(chain.owner));
  });

  async function signed(
    of: WorkRecord,
    nonce: bigint | number,
    deadline = NEVER,
    domain = chain.registryDomain,
  ) {
    return sign(chain.owner, registrationTypedData(of, { nonce, deadline }, domain));
  }

  it('tells the whole record in the event and keeps one slot', async () => {
    const { registry, owner, timeOf } = chain;
    const receipt = await mined(registry.connect(owner).register(record));
    const workId = hashWorkRecord(record);
    const claimedAt = await timeOf(receipt);
    const event = eventOf(registry, receipt, 'WorkRegistered');
    const told = { ...record, workId, claimedAt, lane: LANE.direct };
    for (const [name, value] of Object.entries(told))
      assert.deepEqual(normalize([event[name]]), normalize([value]), name);
    assert.deepEqual(
      normalize(await registry.work(workId)),
      normalize([record.owner, claimedAt, LANE.direct, 0]),
    );
    assert.equal(await registry.firstWork(record.contentHash), workId);
  });

  it('says who registered the content, and when', async () => {
    const { registry, stranger } = chain;
    const workId = hashWorkRecord(record);
    const { owner, claimedAt } = await registry.work(workId);
    const copy = makeRecord(await addressOf(stranger));
    const refused = registry.connect(stranger).register(copy);
    await assertReverts(registry, refused, 'ContentAlreadyRegistered', [workId, owner, claimedAt]);
    const repeated = registry.connect(chain.owner).register(record);
    await assertReverts(registry, repeated, 'WorkAlreadyRegistered', [workId, owner, claimedAt]);
  });

  it('refuses a record of somebody else, and one of nothing', async () => {
    const { registry, stranger, owner } = chain;
    const other = makeRecord(record.owner, { contentHash: word('other') });
    const addresses = [await addressOf(stranger), record.owner];
    await assertReverts(registry, registry.connect(stranger).register(other), 'NotRecordOwner', addresses);
    const empty = makeRecord(record.owner, { contentHash: ZeroHash as `0x${string}` });
    await assertReverts(registry, registry.connect(owner).register(empty), 'ZeroContentHash');
  });

  it("registers for an owner who signed, under the owner's nonces in turn", async () => {
    const { registry, relayer } = chain;
    for (const nonce of [0, 1]) {
      const relayed = makeRecord(record.owner, { contentHash: word(`relayed ${nonce}`) });
      const send = registry.connect(relayer).registerFor(relayed, NEVER, await signed(relayed, nonce));
      const event = eventOf(registry, await mined(send), 'WorkRegistered');
      assert.deepEqual(normalize([event.owner, event.lane]), normalize([record.owner, LANE.relayed]));
      assert.equal(await registry.nonces(record.owner), BigInt(nonce + 1));
    }
  });

  it('answers a relayed transaction sent twice with what is registered', async () => {
    const { registry, relayer } = chain;
    const relayed = makeRecord(record.owner, { contentHash: word('relayed 1') });
    const again = registry.connect(relayer).registerFor(relayed, NEVER, await signed(relayed, 1));
    await assertReverts(registry, again, 'WorkAlreadyRegistered');
  });

  it('refuses a signature for another nonce, deadline, record, contract or chain', async () => {
    const { registry, relayer, registryDomain, ledgerDomain } = chain;
    const fresh = makeRecord(record.owner, { contentHash: word('fresh') });
    const nonce = await registry.nonces(record.owner);
    const bad = [
      await signed(fresh, nonce + 1n),
      await signed(fresh, nonce - 1n),
      await signed(fresh, nonce, NEVER - 1),
      await signed(makeRecord(record.owner, { contentHash: word('staler') }), nonce),
      await signed(fresh, nonce, NEVER, ledgerDomain),
      await signed(fresh, nonce, NEVER, { ...registryDomain, chainId: 1 }),
      '0x',
      `0x${'00'.repeat(65)}`,
    ];
    for (const signature of bad) {
      const sent = registry.connect(relayer).registerFor(fresh, NEVER, signature);
      await assertReverts(registry, sent, 'InvalidSignature', [record.owner]);
    }
    assert.equal(await registry.nonces(record.owner), nonce);
  });

  it('refuses a signature after its deadline', async () => {
    const { registry, relayer } = chain;
    const fresh = makeRecord(record.owner, { contentHash: word('fresh') });
    const signature = await signed(fresh, await registry.nonces(record.owner), 1000);
    await assertReverts(
      registry,
      registry.connect(relayer).registerFor(fresh, 1000, signature),
      'SignatureExpired',
      [1000],
    );
  });

  it('takes the signature of a contract account (ERC-1271) until the account revokes it', async () => {
    const { ethers, registry, relayer, owner, registryDomain } = chain;
    const account = await ethers.deployContract('ContractAccount', [record.owner]);
    const address = (await account.getAddress()).toLowerCase() as `0x${string}`;
    const first = makeRecord(address, { contentHash: word('of a contract') });
    const firstData = registrationTypedData(first, { nonce: 0, deadline: NEVER }, registryDomain);
    await mined(registry.connect(relayer).registerFor(first, NEVER, await sign(owner, firstData)));
    assert.equal((await registry.work(hashWorkRecord(first))).owner.toLowerCase(), address);

    const second = makeRecord(address, { contentHash: word('of a contract, too late') });
    const secondData = registrationTypedData(second, { nonce: 1, deadline: NEVER }, registryDomain);
    await account.getFunction('revoke')();
    const refused = registry.connect(relayer).registerFor(second, NEVER, await sign(owner, secondData));
    await assertReverts(registry, refused, 'InvalidSignature', [address]);
  });
});

describe('WorkRegistry: batches', () => {
  it('anchors a root once a submitter, and chains the checkpoints', async () => {
    const { registry, owner, stranger, timeOf } = await startChain();
    const root = word('root');
    const checkpoints = [
      { from: owner, root, size: 3 },
      // Another submitter's copy of the root does not block anybody.
      { from: stranger, root, size: 3 },
      { from: owner, root: word('next root'), size: 4096 },
    ];
    for (const checkpoint of checkpoints) {
      const submitter = await addressOf(checkpoint.from);
      const previousHead = await registry.batchHead();
      const receipt = await mined(
        registry.connect(checkpoint.from).registerBatch(checkpoint.root, checkpoint.size, 'bafy'),
      );
      const timestamp = Number(await timeOf(receipt));
      const head = nextBatchHead(previousHead, { ...checkpoint, submitter, timestamp });
      const batchId = await registry.batchIdOf(checkpoint.root, submitter);
      const event = eventOf(registry, receipt, 'BatchRegistered');
      const wanted = [
        batchId,
        checkpoint.root,
        submitter,
        checkpoint.size,
        timestamp,
        previousHead,
        head,
        'bafy',
      ];
      assert.deepEqual(normalize(Object.values(event)), normalize(wanted));
      assert.equal(await registry.batchHead(), head);
      assert.deepEqual(
        normalize(await registry.batch(batchId)),
        normalize([submitter, timestamp, checkpoint.size]),
      );

      const again = registry.connect(checkpoint.from).registerBatch(checkpoint.root, checkpoint.size, 'bafy');
      await assertReverts(registry, again, 'AlreadyAnchored', [batchId]);
    }
    await assertReverts(registry, registry.registerBatch(word('empty'), 0, 'bafy'), 'EmptyBatch');
  });
});

describe('WorkRegistry: transfers and corrections', () => {
  let chain: Awaited<ReturnType<typeof startChain>>;
  let workId: string;
  before(async () => {
    chain = await startChain();
    const record = makeRecord(await addressOf(chain.owner));
    workId = hashWorkRecord(record);
    await mined(chain.registry.connect(chain.owner).register(record));
  });

  it('hands a work over only when it was offered and accepted', async () => {
    const { registry, owner, stranger, relayer } = chain;
    const [from, to] = [await addressOf(owner), await addressOf(stranger)];
    const before = await registry.work(workId);
    await assertReverts(registry, registry.connect(stranger).acceptTransfer(workId), 'NoTransferOffer', [
      workId,
    ]);
    await assertReverts(registry, registry.connect(stranger).offerTransfer(workId, to), 'NotWorkOwner', [
      to,
      from,
    ]);

    const offered = await mined(registry.connect(owner).offerTransfer(workId, to));
    assert.deepEqual(normalize(Object.values(eventOf(registry, offered, 'TransferOffered'))), [
      workId,
      from,
      to,
    ]);
    const other = registry.connect(relayer).acceptTransfer(workId);
    await assertReverts(registry, other, 'NotOfferedTo', [await addressOf(relayer), to]);
    assert.equal((await registry.work(workId)).owner.toLowerCase(), from);

    const accepted = await mined(registry.connect(stranger).acceptTransfer(workId));
    assert.deepEqual(normalize(Object.values(eventOf(registry, accepted, 'WorkTransferred'))), [
      workId,
      from,
      to,
    ]);
    const after = await registry.work(workId);
    assert.equal(after.owner.toLowerCase(), to);
    assert.deepEqual([after.claimedAt, after.lane], [before.claimedAt, before.lane]);
    assert.equal(BigInt(await registry.offeredTo(workId)), 0n);
    await assertReverts(registry, registry.connect(owner).offerTransfer(workId, from), 'NotWorkOwner', [
      from,
      to,
    ]);
  });

  it('lets the owner take an offer back', async () => {
    const { registry, owner, stranger } = chain;
    const mine = registry.connect(stranger);
    await assertReverts(registry, mine.cancelTransfer(workId), 'NoTransferOffer', [workId]);
    await mined(mine.offerTransfer(workId, await addressOf(owner)));
    await assertReverts(registry, registry.connect(owner).cancelTransfer(workId), 'NotWorkOwner');
    const receipt = await mined(mine.cancelTransfer(workId));
    assert.equal(normalize([eventOf(registry, receipt, 'TransferCancelled').to])[0], await addressOf(owner));
    await assertReverts(registry, registry.connect(owner).acceptTransfer(workId), 'NoTransferOffer', [
      workId,
    ]);
  });

  it('offers to somebody, and to somebody else than the owner', async () => {
    const { registry, stranger } = chain;
    const nobody = `0x${'00'.repeat(20)}`;
    for (const to of [nobody, await addressOf(stranger)]) {
      await assertReverts(
        registry,
        registry.connect(stranger).offerTransfer(workId, to),
        'InvalidRecipient',
        [to],
      );
    }
    await assertReverts(registry, registry.offerTransfer(word('unknown'), nobody), 'UnknownWork', [
      word('unknown'),
    ]);
  });

  it('appends corrections in order and leaves the record as it was', async () => {
    const { registry, owner, stranger } = chain;
    const before = await registry.work(workId);
    for (const number of [1, 2]) {
      const digest = word(`correction ${number}`);
      const receipt = await mined(registry.connect(stranger).correct(workId, digest, 'bafy'));
      const wanted = normalize([workId, number, await addressOf(stranger), digest, 'bafy']);
      assert.deepEqual(normalize(Object.values(eventOf(registry, receipt, 'CorrectionAppended'))), wanted);
    }
    const after = await registry.work(workId);
    assert.deepEqual([after.owner, after.claimedAt, after.corrections], [before.owner, before.claimedAt, 2n]);
    const foreign = registry.connect(owner).correct(workId, word('correction'), 'bafy');
    await assertReverts(registry, foreign, 'NotWorkOwner');
  });
});
