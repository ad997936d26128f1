import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromHex } from '../../../server/domain/digest.ts';
import {
  batchIdOf,
  batchTree,
  genesisBatchHead,
  merkleRoot,
  nextBatchHead,
} from '../../../server/domain/records/index.ts';
import { golden } from './golden.ts';

describe('batch checkpoint', () => {
  it('chains to the golden heads', () => {
    const { chainId, registry, genesisHead, batches } = golden.batches;
    let head = genesisBatchHead(chainId, registry);
    assert.equal(head, genesisHead);
    for (const vector of batches) {
      assert.equal(batchIdOf(vector.root, vector.submitter), vector.batchId);
      assert.equal(head, vector.previousHead);
      head = nextBatchHead(head, vector);
      assert.equal(head, vector.head);
    }
  });

  it('has the 32 bytes of the work ids as leaves', () => {
    const workIds = golden.workRecords.map((vector) => vector.workId);
    assert.equal(batchTree(workIds).root, merkleRoot(workIds.map(fromHex)));
  });

  it('changes its head with every field', () => {
    const { previousHead, ...checkpoint } = golden.batches.batches[1]!;
    const other = golden.batches.batches[2]!;
    const heads = [
      nextBatchHead(previousHead, checkpoint),
      nextBatchHead(other.previousHead, checkpoint),
      nextBatchHead(previousHead, { ...checkpoint, root: other.root }),
      nextBatchHead(previousHead, { ...checkpoint, size: other.size }),
      nextBatchHead(previousHead, { ...checkpoint, submitter: other.submitter }),
      nextBatchHead(previousHead, { ...checkpoint, timestamp: other.timestamp }),
    ];
    assert.equal(new Set(heads).size, heads.length);
    assert.throws(() => nextBatchHead(previousHead, { ...checkpoint, size: 2 ** 32 }), RangeError);
  });
});
