import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  batchTree,
  digestBytes,
  merkleLeafHash,
  sha256Digest,
  verifyInclusion,
} from '../../../server/domain/records/index.ts';
import { formBatch } from '../../../server/pipeline/anchor/index.ts';
import { cidOf } from '../../../server/pipeline/record/index.ts';

test('every member has its path, and the public list of leaves gives the root again', () => {
  for (const count of [1, 2, 5, 64, 4096]) {
    const candidates = Array.from({ length: count }, (_, i) => ({
      workId: `work_${i}` as const,
      recordDigest: sha256Digest(new TextEncoder().encode(`record ${i}`)),
    }));
    const { batch, manifest } = formBatch(candidates);
    assert.equal(batch.size, count);
    for (const index of new Set([0, count >> 1, count - 1])) {
      const { path, recordDigest } = batch.members[index]!;
      const leafHash = merkleLeafHash(digestBytes(recordDigest));
      assert.ok(verifyInclusion({ leafHash, index, size: count, path }, batch.root));
    }
    const { leaves } = JSON.parse(new TextDecoder().decode(manifest.bytes)) as { leaves: `0x${string}`[] };
    assert.equal(batchTree(leaves).root, batch.root);
    assert.equal(cidOf(manifest.bytes), batch.manifestCid);
  }
});
