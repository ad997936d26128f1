/** The golden vectors again, on the other side: the contracts must give the digests that the mirror gives. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { BaseContract } from 'ethers';
import { TypedDataEncoder } from 'ethers';
import { domainSeparator, genesisBatchHead, typedDataDomain } from '../../server/domain/records/index.ts';
import { golden } from '../unit/records/golden.ts';
import { startChain } from './support/chain.ts';

describe('golden vectors in Solidity', () => {
  let chain: Awaited<ReturnType<typeof startChain>>;
  let harness: BaseContract;
  before(async () => {
    chain = await startChain();
    harness = await chain.ethers.deployContract('MerkleHarness');
  });

  it('work ids and commitments', async () => {
    for (const { record, workId, commitment } of golden.workRecords) {
      assert.equal(await chain.registry.hashRecord(record), workId);
      const { sender, salt, digest } = commitment;
      assert.equal(await chain.registry.hashCommitment(sender, workId, salt), digest);
    }
  });

  it('claim ids and distances', async () => {
    for (const { claim, claimId, referenceCode, hammingDistance } of golden.evidenceClaims) {
      assert.equal(await chain.ledger.hashClaim(claim), claimId);
      const counted = await chain.ledger.hammingDistance(referenceCode, claim.suspectCode);
      assert.equal(counted, BigInt(hammingDistance));
    }
  });

  it('segment leaves and their paths', async () => {
    const { segments, fingerprintRoot, paths } = golden.segments;
    for (const [i, { segment, leafHash }] of segments.entries()) {
      assert.equal(await chain.ledger.hashSegment(segment), leafHash);
      const found = await harness.getFunction('rootFromInclusion')(leafHash, i, segments.length, paths[i]);
      assert.deepEqual([...found], [true, fingerprintRoot]);
    }
  });

  it('Merkle paths and consistency proofs', async () => {
    for (const { size, root, inclusion, consistency } of golden.merkleTrees) {
      for (const { index, leafHash, path } of inclusion) {
        const found = await harness.getFunction('rootFromInclusion')(leafHash, index, size, path);
        assert.deepEqual([...found], [true, root]);
      }
      for (const { oldSize, oldRoot, path } of consistency) {
        const isConsistent = await harness.getFunction('verifyConsistency')(
          oldSize,
          oldRoot,
          size,
          root,
          path,
        );
        assert.equal(isConsistent, true, `${oldSize} in ${size}`);
      }
    }
  });

  it('batch ids and the first head', async () => {
    for (const { root, submitter, batchId } of golden.batches.batches) {
      assert.equal(await chain.registry.batchIdOf(root, submitter), batchId);
    }
    const { chainId, verifyingContract } = chain.registryDomain;
    assert.equal(await chain.registry.batchHead(), genesisBatchHead(chainId, verifyingContract));
  });

  it('the signing domain that both contracts publish (ERC-5267)', async () => {
    for (const [contract, domain] of [
      [chain.registry, chain.registryDomain],
      [chain.ledger, chain.ledgerDomain],
    ] as const) {
      const { name, version, chainId, verifyingContract } = await contract.eip712Domain();
      const published = TypedDataEncoder.hashDomain({ name, version, chainId, verifyingContract });
      assert.equal(published, domainSeparator(domain));
      assert.equal(TypedDataEncoder.hashDomain(typedDataDomain(domain)), published);
    }
  });
});
