import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TypedDataEncoder } from 'ethers';
import { ZERO_DIGEST } from '../../../server/domain/digest.ts';
import {
  claimFilingDigest,
  claimFilingTypedData,
  comparableDistance,
  hammingDistance,
  hashEvidenceClaim,
} from '../../../server/domain/records/index.ts';
import { golden } from './golden.ts';

describe('evidence claim', () => {
  golden.evidenceClaims.forEach((vector, i) => {
    it(`gives golden vector ${i}`, () => {
      const terms = { nonce: BigInt(vector.filing.nonce), deadline: BigInt(vector.filing.deadline) };
      assert.equal(hashEvidenceClaim(vector.claim), vector.claimId);
      assert.equal(claimFilingDigest(vector.claim, terms, vector.domain), vector.filing.digest);
      const typedData = JSON.parse(JSON.stringify(claimFilingTypedData(vector.claim, terms, vector.domain)));
      const walletDigest = TypedDataEncoder.hash(typedData.domain, typedData.types, typedData.message);
      assert.equal(walletDigest, vector.filing.digest);
      assert.equal(hammingDistance(vector.referenceCode, vector.claim.suspectCode), vector.hammingDistance);
    });
  });

  it('refuses numbers that the contract could not take', () => {
    const { claim } = golden.evidenceClaims[0]!;
    assert.throws(() => hashEvidenceClaim({ ...claim, maxDistance: 65536 }), RangeError);
    assert.throws(() => hashEvidenceClaim({ ...claim, similarityBps: -1 }), RangeError);
  });

  it('compares no code with a missing one', () => {
    const { referenceCode } = golden.evidenceClaims[0]!;
    assert.equal(comparableDistance(referenceCode, ZERO_DIGEST), undefined);
    assert.equal(comparableDistance(ZERO_DIGEST, referenceCode), undefined);
    assert.equal(comparableDistance(referenceCode, referenceCode), 0);
  });
});
