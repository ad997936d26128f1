import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Signer } from 'ethers';
import type { Digest } from '../../server/domain/digest.ts';
import {
  batchTree,
  consentTypedData,
  hashCommitment,
  hashWorkRecord,
  registrationTypedData,
  type WorkRecord,
} from '../../server/domain/records/index.ts';
import {
  addressOf,
  assertReverts,
  eventOf,
  eventsOf,
  LANE,
  makeRecord,
  mined,
  normalize,
  sign,
  startChain,
  word,
} from './support/chain.ts';

const SALT = word('salt');

describe('WorkRegistry: priority', () => {
  let chain: Awaited<ReturnType<typeof startChain>>;
  let mine: WorkRecord;
  let stolen: WorkRecord;
  beforeEach(async () => {
    chain = await startChain();
    mine = makeRecord(await addressOf(chain.owner));
    stolen = makeRecord(await addressOf(chain.stranger));
  });

  async function commit(signer: Signer, record: WorkRecord) {
    const commitment = hashCommitment(await addressOf(signer), hashWorkRecord(record), SALT);
    return mined(chain.registry.connect(signer).commit(commitment));
  }

  /** Anchors `record` among three others; what promoting it takes. */
  async function anchor(submitter: Signer, record: WorkRecord) {
    const leaves = ['a', 'b'].map(word).concat(hashWorkRecord(record), word('c'));
    const tree = batchTree(leaves);
    const receipt = await mined(
      chain.registry.connect(submitter).registerBatch(tree.root, tree.size, 'bafy'),
    );
    const batchId = eventOf(chain.registry, receipt, 'BatchRegistered').batchId as Digest;
    return { batchId, index: 2, path: tree.inclusionPath(2), time: await chain.timeOf(receipt) };
  }

  async function assertFirst(record: WorkRecord) {
    assert.equal(await chain.registry.firstWork(record.contentHash), hashWorkRecord(record));
  }

  it('gives a front-runner of a reveal the place only until the reveal is mined', async () => {
    const { registry, owner, stranger, inOneBlock } = chain;
    const committed = await chain.timeOf(await commit(owner, mine));
    await chain.pass(60);
    let revealed: Promise<unknown> = Promise.resolve();
    let front: Promise<unknown> = Promise.resolve();
    await inOneBlock(async () => {
      // The thief reads the reveal in the mempool and pays to stand before it in the same block.
      front = registry.connect(stranger).register(stolen, { gasPrice: 20n * 10n ** 9n, gasLimit: 300_000 });
      await front;
      revealed = registry.connect(owner).reveal(mine, SALT, { gasPrice: 10n * 10n ** 9n, gasLimit: 300_000 });
      await revealed;
    });
    const [theft, receipt] = [await mined(front), await mined(revealed)];
    assert.equal(theft.blockNumber, receipt.blockNumber);
    assert.ok(theft.index < receipt.index);
    const event = eventOf(registry, receipt, 'PriorityClaimed');
    assert.deepEqual(Object.values(event), [mine.contentHash, hashWorkRecord(mine), hashWorkRecord(stolen)]);
    await assertFirst(mine);
    const work = await registry.work(hashWorkRecord(mine));
    assert.deepEqual([work.claimedAt, work.lane], [committed, LANE.revealed]);
    // The displaced record stays readable.
    assert.equal((await registry.work(hashWorkRecord(stolen))).claimedAt, await chain.timeOf(theft));
  });

  it('does not let the displaced one, or anybody later, take the place back', async () => {
    const { registry, owner, stranger } = chain;
    await commit(owner, mine);
    await mined(registry.connect(stranger).register(stolen));
    await commit(stranger, makeRecord(stolen.owner, { metadataCid: 'bafy-other' }));
    await mined(registry.connect(owner).reveal(mine, SALT));
    const { claimedAt } = await registry.work(hashWorkRecord(mine));
    const who = [hashWorkRecord(mine), mine.owner, claimedAt];

    const late = registry
      .connect(stranger)
      .reveal(makeRecord(stolen.owner, { metadataCid: 'bafy-other' }), SALT);
    await assertReverts(registry, late, 'ContentAlreadyRegistered', who);
    const again = registry.connect(stranger).register(stolen);
    await assertReverts(registry, again, 'WorkAlreadyRegistered');
    await assertFirst(mine);
  });

  it('keeps a commitment out of the reach of whoever copies it', async () => {
    const { registry, owner, stranger } = chain;
    const committed = await chain.timeOf(await commit(owner, mine));
    const commitment = hashCommitment(mine.owner, hashWorkRecord(mine), SALT);
    await mined(registry.connect(stranger).commit(commitment));
    assert.equal(await registry.committedAt(mine.owner, commitment), committed);
    const again = registry.connect(owner).commit(commitment);
    await assertReverts(registry, again, 'CommitmentExists', [commitment, committed]);
    // The copy opens neither the owner's record nor one of the thief's.
    const foreign = registry.connect(stranger).reveal(mine, SALT);
    await assertReverts(registry, foreign, 'NotRecordOwner');
    const unknown = hashCommitment(stolen.owner, hashWorkRecord(stolen), SALT);
    await assertReverts(registry, registry.connect(stranger).reveal(stolen, SALT), 'UnknownCommitment', [
      unknown,
    ]);
    await mined(registry.connect(owner).reveal(mine, SALT));
  });

  it('opens a commitment neither in its own block nor after its time', async () => {
    const { registry, owner, inOneBlock } = chain;
    const options = { gasLimit: 300_000 };
    let early: Promise<unknown> = Promise.resolve();
    await inOneBlock(async () => {
      await registry.connect(owner).commit(hashCommitment(mine.owner, hashWorkRecord(mine), SALT), options);
      early = registry.connect(owner).reveal(mine, SALT, options);
      await early;
    });
    await assert.rejects(mined(early));
    assert.equal((await registry.work(hashWorkRecord(mine))).claimedAt, 0n);

    await chain.pass(7 * 24 * 3600 + 1);
    await assertReverts(registry, registry.connect(owner).reveal(mine, SALT), 'CommitmentExpired');
  });

  it("promotes a leaf with the batch's time, ahead of whoever registered since", async () => {
    const { registry, owner, stranger, relayer } = chain;
    const { batchId, index, path, time } = await anchor(relayer, mine);
    await mined(registry.connect(stranger).register(stolen));
    assert.equal(await registry.verifyInclusion(batchId, index, path, hashWorkRecord(mine)), true);
    const receipt = await mined(registry.connect(owner).promote(batchId, index, path, mine));
    const event = eventOf(registry, receipt, 'WorkRegistered');
    assert.deepEqual([event.claimedAt, event.lane], [time, LANE.promoted]);
    const displaced = eventOf(registry, receipt, 'PriorityClaimed').displacedWorkId;
    assert.equal(displaced, hashWorkRecord(stolen));
    await assertFirst(mine);
  });

  it('promotes nothing against an earlier claim', async () => {
    const { registry, owner, stranger, relayer } = chain;
    await mined(registry.connect(stranger).register(stolen));
    const { batchId, index, path } = await anchor(relayer, mine);
    const { claimedAt } = await registry.work(hashWorkRecord(stolen));
    const promoted = registry.connect(owner).promote(batchId, index, path, mine);
    const who = [hashWorkRecord(stolen), stolen.owner, claimedAt];
    await assertReverts(registry, promoted, 'ContentAlreadyRegistered', who);
  });

  it('promotes with the standing consent of the owner, and not without', async () => {
    const { registry, owner, stranger, relayer, registryDomain, ledgerDomain } = chain;
    const { batchId, index, path } = await anchor(relayer, mine);
    await assertReverts(
      registry,
      registry.connect(relayer).promote(batchId, index, path, mine),
      'NotRecordOwner',
    );
    const bad = [
      await sign(stranger, consentTypedData(mine, registryDomain)),
      await sign(owner, consentTypedData(mine, ledgerDomain)),
      await sign(owner, consentTypedData({ ...mine, metadataCid: 'bafy-other' }, registryDomain)),
      // A registration is not a consent, although both name the record.
      await sign(owner, registrationTypedData(mine, { nonce: 0, deadline: 4_000_000_000 }, registryDomain)),
    ];
    for (const signature of bad) {
      const sent = registry.connect(relayer).promoteFor(batchId, index, path, mine, signature);
      await assertReverts(registry, sent, 'InvalidSignature', [mine.owner]);
    }
    const consent = await sign(owner, consentTypedData(mine, registryDomain));
    const asRegistration = registry.connect(relayer).registerFor(mine, 4_000_000_000, consent);
    await assertReverts(registry, asRegistration, 'InvalidSignature', [mine.owner]);
    await mined(registry.connect(relayer).promoteFor(batchId, index, path, mine, consent));
    const again = registry.connect(relayer).promoteFor(batchId, index, path, mine, consent);
    await assertReverts(registry, again, 'WorkAlreadyRegistered');
    assert.equal(await registry.nonces(mine.owner), 0n);
  });

  it('moves the claim of a transferred work back without touching its new owner', async () => {
    const { registry, owner, relayer, accused, registryDomain } = chain;
    const { batchId, index, path, time } = await anchor(relayer, mine);
    const registered = await chain.timeOf(await mined(registry.connect(owner).register(mine)));
    const workId = hashWorkRecord(mine);
    await mined(registry.connect(owner).offerTransfer(workId, await addressOf(accused)));
    await mined(registry.connect(accused).acceptTransfer(workId));

    const consent = await sign(owner, consentTypedData(mine, registryDomain));
    const receipt = await mined(registry.connect(relayer).promoteFor(batchId, index, path, mine, consent));
    const event = eventOf(registry, receipt, 'ClaimAdvanced');
    assert.deepEqual(Object.values(event), [workId, registered, time, LANE.promoted]);
    assert.equal(eventsOf(registry, receipt, 'WorkRegistered').length, 0);
    assert.equal(eventsOf(registry, receipt, 'PriorityClaimed').length, 0);
    const work = await registry.work(workId);
    assert.deepEqual(normalize(work), normalize([await addressOf(accused), time, LANE.promoted, 0]));
  });

  it('is not spoilt by a stranger who anchors the revealed record late', async () => {
    const { registry, owner, stranger, registryDomain } = chain;
    const committed = await chain.timeOf(await commit(owner, mine));
    const consent = await sign(owner, consentTypedData(mine, registryDomain));
    const { batchId, index, path } = await anchor(stranger, mine);
    await mined(registry.connect(stranger).promoteFor(batchId, index, path, mine, consent));
    const receipt = await mined(registry.connect(owner).reveal(mine, SALT));
    assert.equal(eventOf(registry, receipt, 'ClaimAdvanced').claimedAt, committed);
    assert.equal((await registry.work(hashWorkRecord(mine))).claimedAt, committed);
  });
});
