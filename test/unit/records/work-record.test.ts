import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TypedDataEncoder } from 'ethers';
import {
  consentDigest,
  consentTypedData,
  hashCommitment,
  hashWorkRecord,
  registrationDigest,
  registrationTypedData,
  type TypedData,
} from '../../../server/domain/records/index.ts';
import { golden, type WorkRecordVector } from './golden.ts';

/** What a wallet would sign, computed by ethers after a trip through JSON. */
function walletDigest<T>(typedData: TypedData<T>): string {
  const { domain, types, message } = JSON.parse(JSON.stringify(typedData));
  return TypedDataEncoder.hash(domain, types, message);
}

function terms(vector: WorkRecordVector): { nonce: bigint; deadline: bigint } {
  return { nonce: BigInt(vector.registration.nonce), deadline: BigInt(vector.registration.deadline) };
}

describe('work record', () => {
  for (const vector of golden.workRecords) {
    const { record, domain } = vector;

    it(`hashes to its golden id (${record.mediaType || 'empty texts'})`, () => {
      assert.equal(hashWorkRecord(record), vector.workId);
    });

    it(`gives the golden digests to sign (${record.mediaType || 'empty texts'})`, () => {
      assert.equal(registrationDigest(record, terms(vector), domain), vector.registration.digest);
      assert.equal(consentDigest(record, domain), vector.consentDigest);
      const { sender, salt, digest } = vector.commitment;
      assert.equal(hashCommitment(sender, vector.workId, salt), digest);
    });

    it(`hands wallets typed data with the same digest (${record.mediaType || 'empty texts'})`, () => {
      assert.equal(
        walletDigest(registrationTypedData(record, terms(vector), domain)),
        vector.registration.digest,
      );
      assert.equal(walletDigest(consentTypedData(record, domain)), vector.consentDigest);
    });
  }

  it('changes its id with every field', () => {
    const { record } = golden.workRecords[0]!;
    const other = golden.workRecords[3]!.record;
    const differing = Object.keys(record).filter((key) => key !== 'modelDigest') as (keyof typeof record)[];
    const ids = differing.map((key) => hashWorkRecord({ ...record, [key]: other[key] }));
    ids.push(hashWorkRecord({ ...record, modelDigest: other.contentHash }), hashWorkRecord(record));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('does not mind how an address is spelled', () => {
    const { record, workId } = golden.workRecords[0]!;
    const shouted = `0x${record.owner.slice(2).toUpperCase()}` as const;
    assert.equal(hashWorkRecord({ ...record, owner: shouted }), workId);
  });

  it('refuses what is no digest, no address or no uint256', () => {
    const { record, domain } = golden.workRecords[0]!;
    assert.throws(() => hashWorkRecord({ ...record, contentHash: '0x12' }), RangeError);
    assert.throws(() => hashWorkRecord({ ...record, owner: `${record.owner}00` }), RangeError);
    assert.throws(() => registrationDigest(record, { nonce: -1, deadline: 1 }, domain), RangeError);
    assert.throws(() => registrationDigest(record, { nonce: 0.5, deadline: 1 }, domain), RangeError);
    assert.throws(() => registrationDigest(record, { nonce: 2 ** 53, deadline: 1 }, domain), RangeError);
    assert.throws(() => registrationDigest(record, { nonce: 1n << 256n, deadline: 1 }, domain), RangeError);
  });
});
