import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { type Digest, ZERO_DIGEST } from '../../server/domain/digest.ts';
import {
  type Address,
  claimFilingTypedData,
  type EvidenceClaim,
  fingerprintTree,
  hammingDistance,
  hashEvidenceClaim,
  hashWorkRecord,
  type Locator,
  packLocator,
  type Segment,
  segmentLeafHash,
  type WorkRecord,
  ZERO_ADDRESS,
} from '../../server/domain/records/index.ts';
import {
  addressOf,
  assertReverts,
  eventOf,
  makeRecord,
  mined,
  normalize,
  STATUS,
  sign,
  startChain,
  word,
} from './support/chain.ts';

const NEVER = 4_000_000_000;
const LOCATORS: Locator[] = [
  { kind: 'whole', index: 0 },
  { kind: 'region', index: 1, region: { x: 0, y: 0, w: 32768, h: 32768 } },
  { kind: 'span', index: 2, startMs: 1000, endMs: 2000 },
];
const SEGMENTS: Segment[] = LOCATORS.map((locator, i) => ({
  locator: packLocator(locator),
  code: i === 2 ? ZERO_DIGEST : word(`segment code ${i}`),
  vectorDigest: word(`vector ${i}`),
}));
const TREE = fingerprintTree(SEGMENTS);

/** `code` with `count` bits flipped, spread over the word. */
function flipBits(code: Digest, count: number): Digest {
  let bits = BigInt(code);
  for (let i = 0; i < count; i += 1) bits ^= 1n << BigInt((i * 101) % 256);
  return `0x${bits.toString(16).padStart(64, '0')}`;
}

function proofOf(index: number) {
  return { segment: SEGMENTS[index]!, index, size: SEGMENTS.length, path: TREE.inclusionPath(index) };
}

describe('EvidenceLedger', () => {
  let chain: Awaited<ReturnType<typeof startChain>>;
  let record: WorkRecord;
  let reporter: Address;
  let serial = 0;
  before(async () => {
    chain = await startChain();
    reporter = await addressOf(chain.stranger);
    record = makeRecord(await addressOf(chain.owner), { fingerprintRoot: TREE.root });
    await mined(chain.registry.connect(chain.owner).register(record));
  });
  beforeEach(() => {
    serial += 1;
  });

  function makeClaim(changes: Partial<EvidenceClaim> = {}): EvidenceClaim {
    return {
      workId: hashWorkRecord(record),
      segment: ZERO_DIGEST,
      suspectHash: word(`suspect ${serial}`),
      suspectCode: flipBits(record.code, 17),
      maxDistance: 20,
      similarityBps: 9_731,
      modelDigest: word('model'),
      evidenceRoot: word('evidence'),
      evidenceCid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
      accused: ZERO_ADDRESS,
      reporter,
      ...changes,
    };
  }

  async function file(changes: Partial<EvidenceClaim> = {}) {
    const claim = makeClaim(changes);
    await mined(chain.ledger.connect(chain.stranger).fileClaim(record, claim));
    return hashEvidenceClaim(claim);
  }

  it('records the distance that it counted itself, and the whole claim', async () => {
    const { ledger, stranger, timeOf } = chain;
    const claim = makeClaim();
    const receipt = await mined(ledger.connect(stranger).fileClaim(record, claim));
    const event = eventOf(ledger, receipt, 'ClaimFiled');
    const filedAt = await timeOf(receipt);
    assert.equal(event.claimId, hashEvidenceClaim(claim));
    assert.deepEqual([event.workId, event.distance, event.filedAt], [claim.workId, 17n, filedAt]);
    const told = (event.claim as { toObject(): Record<string, unknown> }).toObject();
    for (const [name, value] of Object.entries(claim))
      assert.deepEqual(normalize([told[name]]), normalize([value]), name);
    const found = await ledger.claimOf(hashEvidenceClaim(claim));
    assert.deepEqual(normalize(found), normalize([reporter, filedAt, 17, STATUS.open, ZERO_ADDRESS]));
  });

  it('counts like the TypeScript mirror on random codes', async () => {
    for (let i = 0; i < 200; i += 1) {
      const [a, b] = [word(`a ${i}`), i % 2 === 0 ? word(`b ${i}`) : flipBits(word(`a ${i}`), i)];
      assert.equal(await chain.ledger.hammingDistance(a, b), BigInt(hammingDistance(a, b)));
    }
  });

  it('refuses a claim beyond its own bound', async () => {
    const { ledger, stranger } = chain;
    const sent = ledger.connect(stranger).fileClaim(record, makeClaim({ maxDistance: 16 }));
    await assertReverts(ledger, sent, 'DistanceExceedsClaim', [17, 16]);
    await file({ maxDistance: 17 });
  });

  it('compares with the one segment that the claim names', async () => {
    const { ledger, stranger } = chain;
    const segment = SEGMENTS[1]!;
    const claim = makeClaim({
      segment: segmentLeafHash(segment),
      suspectCode: flipBits(segment.code, 3),
      maxDistance: 3,
    });
    assert.equal(await ledger.hashSegment(segment), claim.segment);
    const receipt = await mined(ledger.connect(stranger).fileSegmentClaim(record, claim, proofOf(1)));
    assert.equal(eventOf(ledger, receipt, 'ClaimFiled').distance, 3n);
  });

  it('refuses segments that are not the claimed one, or not of the work', async () => {
    const { ledger, stranger } = chain;
    const mine = ledger.connect(stranger);
    const claim = makeClaim({ segment: segmentLeafHash(SEGMENTS[1]!), suspectCode: SEGMENTS[1]!.code });
    const leaf = segmentLeafHash(SEGMENTS[0]!);
    const other = mine.fileSegmentClaim(record, claim, proofOf(0));
    await assertReverts(ledger, other, 'SegmentMismatch', [leaf, claim.segment]);
    await assertReverts(ledger, mine.fileClaim(record, claim), 'SegmentMismatch', [
      ZERO_DIGEST,
      claim.segment,
    ]);
    const foreign = { ...SEGMENTS[1]!, code: flipBits(SEGMENTS[1]!.code, 1) };
    const foreignClaim = { ...claim, segment: segmentLeafHash(foreign) };
    const forged = mine.fileSegmentClaim(record, foreignClaim, { ...proofOf(1), segment: foreign });
    await assertReverts(ledger, forged, 'SegmentNotInWork', [foreignClaim.segment]);
  });

  it('claims without codes for the very same bytes only', async () => {
    const { ledger, stranger, registry, owner } = chain;
    const mine = ledger.connect(stranger);
    await assertReverts(
      ledger,
      mine.fileClaim(record, makeClaim({ suspectCode: ZERO_DIGEST })),
      'NoComparableCode',
    );
    const blank = makeRecord(record.owner, { code: ZERO_DIGEST, contentHash: word('blank page') });
    await mined(registry.connect(owner).register(blank));
    const workId = hashWorkRecord(blank);
    await assertReverts(
      ledger,
      mine.fileClaim(blank, makeClaim({ workId, maxDistance: 256 })),
      'NoComparableCode',
    );
    const bare = { workId, suspectHash: blank.contentHash, suspectCode: ZERO_DIGEST, maxDistance: 0 };
    const receipt = await mined(mine.fileClaim(blank, makeClaim(bare)));
    assert.equal(eventOf(ledger, receipt, 'ClaimFiled').distance, 0n);

    const codeless = makeClaim({ segment: segmentLeafHash(SEGMENTS[2]!), maxDistance: 256 });
    await assertReverts(ledger, mine.fileSegmentClaim(record, codeless, proofOf(2)), 'NoComparableCode');
  });

  it('takes claims against registered works only, with the record they name', async () => {
    const { ledger, stranger } = chain;
    const unknown = makeRecord(record.owner, { contentHash: word('unknown') });
    const workId = hashWorkRecord(unknown);
    const mine = ledger.connect(stranger);
    await assertReverts(ledger, mine.fileClaim(unknown, makeClaim({ workId })), 'WorkNotRegistered', [
      workId,
    ]);
    const mismatch = mine.fileClaim(unknown, makeClaim());
    await assertReverts(ledger, mismatch, 'RecordMismatch', [workId, hashWorkRecord(record)]);
    const tooSimilar = mine.fileClaim(record, makeClaim({ similarityBps: 10_001 }));
    await assertReverts(ledger, tooSimilar, 'SimilarityOutOfRange', [10_001]);
  });

  it('takes the same report once, and from everybody', async () => {
    const { ledger, stranger, relayer } = chain;
    const claimId = await file();
    const again = ledger.connect(stranger).fileClaim(record, makeClaim());
    await assertReverts(ledger, again, 'AlreadyClaimed', [claimId]);
    const other = makeClaim({ reporter: await addressOf(relayer) });
    const impostor = ledger.connect(stranger).fileClaim(record, other);
    await assertReverts(ledger, impostor, 'NotReporter', [reporter, other.reporter]);
    const bySegment = { ...other, segment: segmentLeafHash(SEGMENTS[0]!) };
    const otherImpostor = ledger.connect(stranger).fileSegmentClaim(record, bySegment, proofOf(0));
    await assertReverts(ledger, otherImpostor, 'NotReporter', [reporter, other.reporter]);
    await mined(ledger.connect(relayer).fileClaim(record, other));
    assert.notEqual(hashEvidenceClaim(other), claimId);
  });

  it("files for a reporter who signed, whole and by segment, under the reporter's nonces", async () => {
    const { ledger, stranger, relayer, ledgerDomain, registryDomain } = chain;
    const whole = makeClaim();
    const bySegment = makeClaim({ segment: segmentLeafHash(SEGMENTS[0]!), suspectCode: SEGMENTS[0]!.code });
    const nonce = await ledger.nonces(reporter);
    const bad = [
      claimFilingTypedData(whole, { nonce: nonce + 1n, deadline: NEVER }, ledgerDomain),
      claimFilingTypedData(whole, { nonce, deadline: NEVER - 1 }, ledgerDomain),
      claimFilingTypedData(whole, { nonce, deadline: NEVER }, registryDomain),
      claimFilingTypedData({ ...whole, maxDistance: 21 }, { nonce, deadline: NEVER }, ledgerDomain),
    ];
    for (const typedData of bad) {
      const sent = ledger
        .connect(relayer)
        .fileClaimFor(record, whole, NEVER, await sign(stranger, typedData));
      await assertReverts(ledger, sent, 'InvalidSignature', [reporter]);
    }
    const expired = claimFilingTypedData(whole, { nonce, deadline: 1000 }, ledgerDomain);
    const late = ledger.connect(relayer).fileClaimFor(record, whole, 1000, await sign(stranger, expired));
    await assertReverts(ledger, late, 'SignatureExpired', [1000]);

    const first = await sign(stranger, claimFilingTypedData(whole, { nonce, deadline: NEVER }, ledgerDomain));
    const receipt = await mined(ledger.connect(relayer).fileClaimFor(record, whole, NEVER, first));
    assert.deepEqual(normalize([eventOf(ledger, receipt, 'ClaimFiled').reporter]), [reporter]);
    const replayed = ledger.connect(relayer).fileClaimFor(record, whole, NEVER, first);
    await assertReverts(ledger, replayed, 'AlreadyClaimed', [hashEvidenceClaim(whole)]);

    const terms = { nonce: nonce + 1n, deadline: NEVER };
    const second = await sign(stranger, claimFilingTypedData(bySegment, terms, ledgerDomain));
    await mined(ledger.connect(relayer).fileSegmentClaimFor(record, bySegment, proofOf(0), NEVER, second));
    assert.equal(await ledger.nonces(reporter), nonce + 2n);
  });

  it('files for a contract account (ERC-1271)', async () => {
    const { ethers, ledger, relayer, stranger, ledgerDomain } = chain;
    const account = await ethers.deployContract('ContractAccount', [reporter]);
    const address = (await account.getAddress()).toLowerCase() as Address;
    const claim = makeClaim({ reporter: address });
    const signature = await sign(
      stranger,
      claimFilingTypedData(claim, { nonce: 0, deadline: NEVER }, ledgerDomain),
    );
    await mined(ledger.connect(relayer).fileClaimFor(record, claim, NEVER, signature));
    assert.equal((await ledger.claimOf(hashEvidenceClaim(claim))).reporter.toLowerCase(), address);
  });

  it('lets the accused answer, again and again, until an arbiter decides', async () => {
    const { ledger, accused, arbiter, stranger } = chain;
    const claimId = await file({ accused: await addressOf(accused) });
    const intruder = ledger.connect(stranger).respond(claimId, word('answer'), 'bafy');
    await assertReverts(ledger, intruder, 'NotAccused', [reporter, await addressOf(accused)]);
    for (const answer of ['answer', 'second answer']) {
      const receipt = await mined(ledger.connect(accused).respond(claimId, word(answer), 'bafy'));
      const wanted = normalize([claimId, await addressOf(accused), word(answer), 'bafy']);
      assert.deepEqual(normalize(Object.values(eventOf(ledger, receipt, 'ClaimAnswered'))), wanted);
      assert.equal((await ledger.claimOf(claimId)).status, STATUS.answered);
    }
    const receipt = await mined(ledger.connect(arbiter).decide(claimId, true, word('reasons'), 'bafy'));
    const decided = [claimId, await addressOf(arbiter), STATUS.upheld, word('reasons'), 'bafy'];
    assert.deepEqual(normalize(Object.values(eventOf(ledger, receipt, 'ClaimDecided'))), normalize(decided));
    for (const late of [
      ledger.connect(accused).respond(claimId, word('answer'), 'bafy'),
      ledger.connect(stranger).withdraw(claimId),
      ledger.connect(arbiter).decide(claimId, false, word('reasons'), 'bafy'),
      ledger.connect(arbiter).nameAccused(claimId, reporter),
    ]) {
      await assertReverts(ledger, late, 'ClaimClosed', [claimId, STATUS.upheld]);
    }
  });

  it('dismisses, and lets the reporter alone withdraw', async () => {
    const { ledger, arbiter, stranger, relayer } = chain;
    const dismissed = await file();
    await mined(ledger.connect(arbiter).decide(dismissed, false, word('reasons'), 'bafy'));
    assert.equal((await ledger.claimOf(dismissed)).status, STATUS.dismissed);

    const withdrawn = await file({ maxDistance: 99 });
    const other = ledger.connect(relayer).withdraw(withdrawn);
    await assertReverts(ledger, other, 'NotReporter', [await addressOf(relayer), reporter]);
    const receipt = await mined(ledger.connect(stranger).withdraw(withdrawn));
    assert.deepEqual(normalize(Object.values(eventOf(ledger, receipt, 'ClaimWithdrawn'))), [
      withdrawn,
      reporter,
    ]);
    const again = ledger.connect(stranger).fileClaim(record, makeClaim({ maxDistance: 99 }));
    await assertReverts(ledger, again, 'AlreadyClaimed', [withdrawn]);
    const unknown = ledger.connect(stranger).withdraw(word('unknown'));
    await assertReverts(ledger, unknown, 'UnknownClaim', [word('unknown')]);
  });

  it('lets an arbiter name whom a claim left out, and nobody else', async () => {
    const { ledger, accused, arbiter, stranger } = chain;
    const claimId = await file();
    const who = await addressOf(accused);
    const early = ledger.connect(accused).respond(claimId, word('answer'), 'bafy');
    await assertReverts(ledger, early, 'NotAccused', [who, ZERO_ADDRESS]);
    const role = await ledger.ARBITER_ROLE();
    for (const act of [
      ledger.connect(stranger).nameAccused(claimId, who),
      ledger.connect(stranger).decide(claimId, true, word('reasons'), 'bafy'),
    ]) {
      await assertReverts(ledger, act, 'AccessControlUnauthorizedAccount', [reporter, role]);
    }
    const receipt = await mined(ledger.connect(arbiter).nameAccused(claimId, who));
    const wanted = [claimId, ZERO_ADDRESS, who, await addressOf(arbiter)];
    assert.deepEqual(normalize(Object.values(eventOf(ledger, receipt, 'AccusedNamed'))), wanted);
    await mined(ledger.connect(accused).respond(claimId, word('answer'), 'bafy'));
    assert.equal((await ledger.claimOf(claimId)).status, STATUS.answered);
  });

  it('lets the admin, not the arbiter, hand out the arbiter role', async () => {
    const { ledger, deployer, arbiter, relayer } = chain;
    const role = await ledger.ARBITER_ROLE();
    const grant = ledger.connect(arbiter).grantRole(role, await addressOf(relayer));
    await assertReverts(ledger, grant, 'AccessControlUnauthorizedAccount');
    await mined(ledger.connect(deployer).grantRole(role, await addressOf(relayer)));
    assert.equal(await ledger.hasRole(role, await addressOf(relayer)), true);
    assert.equal(await ledger.registry(), await chain.registry.getAddress());
  });
});
