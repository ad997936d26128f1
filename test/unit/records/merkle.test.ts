import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type Digest, fromHex, toHex, ZERO_DIGEST } from '../../../server/domain/digest.ts';
import {
  buildMerkleTree,
  EMPTY_MERKLE_ROOT,
  merkleLeafHash,
  merkleRoot,
  rootFromInclusion,
  verifyConsistency,
  verifyInclusion,
} from '../../../server/domain/records/index.ts';
import { golden } from './golden.ts';

/** The leaves behind the golden trees. */
function goldenLeaves(size: number): Uint8Array[] {
  return Array.from({ length: size }, (_, i) => createHash('sha256').update(`leaf ${i}`).digest());
}

/** Certificate Transparency's own test tree, so that our reading of RFC 6962 is not its only witness. */
const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('merkle tree', () => {
  it("gives the roots of Certificate Transparency's test tree", () => {
    const leaves = CT_LEAVES.map((hex) => fromHex(`0x${hex}`));
    const roots = leaves.map((_, i) => merkleRoot(leaves.slice(0, i + 1)));
    assert.deepEqual(
      roots,
      CT_ROOTS.map((hex) => `0x${hex}`),
    );
  });

  for (const vector of golden.merkleTrees) {
    it(`gives the golden root, paths and consistency proofs of ${vector.size} leaves`, () => {
      const tree = buildMerkleTree(goldenLeaves(vector.size));
      assert.equal(tree.root, vector.root);
      for (const { index, leafHash, path } of vector.inclusion) {
        assert.deepEqual(tree.inclusionPath(index), path);
        assert.ok(verifyInclusion({ leafHash, index, size: vector.size, path }, vector.root));
      }
      for (const { oldSize, oldRoot, path } of vector.consistency) {
        assert.deepEqual(tree.consistencyProof(oldSize), path);
        const proof = { oldSize, oldRoot, newSize: vector.size, newRoot: vector.root, path };
        assert.ok(verifyConsistency(proof));
      }
    });
  }

  it('proves every leaf and every prefix of every tree up to 33 leaves', () => {
    const leaves = goldenLeaves(33);
    const roots = leaves.map((_, i) => merkleRoot(leaves.slice(0, i + 1)));
    for (let size = 1; size <= leaves.length; size += 1) {
      const tree = buildMerkleTree(leaves.slice(0, size));
      for (let index = 0; index < size; index += 1) {
        const leafHash = merkleLeafHash(leaves[index]!);
        assert.ok(verifyInclusion({ leafHash, index, size, path: tree.inclusionPath(index) }, tree.root));
      }
      for (let oldSize = 1; oldSize <= size; oldSize += 1) {
        const path = tree.consistencyProof(oldSize);
        const proof = { oldSize, oldRoot: roots[oldSize - 1]!, newSize: size, newRoot: tree.root, path };
        assert.ok(verifyConsistency(proof), `${oldSize} in ${size}`);
      }
    }
  });

  it('refuses an inclusion proof with anything changed', () => {
    const leaves = goldenLeaves(13);
    const tree = buildMerkleTree(leaves);
    const proof = { leafHash: merkleLeafHash(leaves[6]!), index: 6, size: 13, path: tree.inclusionPath(6) };
    assert.ok(verifyInclusion(proof, tree.root));
    for (let i = 0; i < proof.path.length; i += 1) {
      const path = proof.path.map((node, at) => (at === i ? flipBit(node) : node));
      assert.ok(!verifyInclusion({ ...proof, path }, tree.root));
    }
    assert.ok(!verifyInclusion({ ...proof, leafHash: flipBit(proof.leafHash) }, tree.root));
    assert.ok(!verifyInclusion({ ...proof, index: 7 }, tree.root));
    assert.ok(!verifyInclusion({ ...proof, path: proof.path.slice(1) }, tree.root));
    assert.ok(!verifyInclusion({ ...proof, path: [...proof.path, ZERO_DIGEST] }, tree.root));
    assert.ok(!verifyInclusion(proof, flipBit(tree.root)));
    assert.equal(rootFromInclusion({ ...proof, index: 13 }), undefined);
    assert.equal(rootFromInclusion({ ...proof, index: -1 }), undefined);
    assert.equal(rootFromInclusion({ ...proof, size: 0 }), undefined);
  });

  it('does not take an inner node for a leaf', () => {
    const leaves = goldenLeaves(4);
    const tree = buildMerkleTree(leaves);
    const left = leaves.slice(0, 2).map(merkleLeafHash).map(fromHex);
    // The data of a would-be leaf whose bytes are the two children of a real node.
    const forged = merkleLeafHash(Buffer.concat(left));
    assert.ok(
      !verifyInclusion(
        { leafHash: forged, index: 0, size: 2, path: tree.inclusionPath(0).slice(1) },
        tree.root,
      ),
    );
  });

  it('refuses a consistency proof with anything changed', () => {
    const leaves = goldenLeaves(21);
    const tree = buildMerkleTree(leaves);
    for (const oldSize of [1, 5, 8, 16, 20]) {
      const path = tree.consistencyProof(oldSize);
      const oldRoot = merkleRoot(leaves.slice(0, oldSize));
      const proof = { oldSize, oldRoot, newSize: 21, newRoot: tree.root, path };
      assert.ok(verifyConsistency(proof));
      assert.ok(!verifyConsistency({ ...proof, oldRoot: flipBit(oldRoot) }));
      assert.ok(!verifyConsistency({ ...proof, newRoot: flipBit(tree.root) }));
      assert.ok(!verifyConsistency({ ...proof, path: path.slice(1) }));
      assert.ok(!verifyConsistency({ ...proof, path: [...path, ZERO_DIGEST] }));
      path.forEach((_, i) => {
        const changed = path.map((node, at) => (at === i ? flipBit(node) : node));
        assert.ok(!verifyConsistency({ ...proof, path: changed }));
      });
    }
    const whole = { oldSize: 21, oldRoot: tree.root, newSize: 21, newRoot: tree.root };
    assert.ok(verifyConsistency({ ...whole, path: [] }));
    assert.ok(!verifyConsistency({ ...whole, path: [ZERO_DIGEST] }));
    assert.ok(!verifyConsistency({ ...whole, oldSize: 0, path: [] }));
    assert.ok(!verifyConsistency({ ...whole, oldSize: 22, path: [] }));
  });

  it('refuses a consistency proof under other sizes', () => {
    const leaves = goldenLeaves(21);
    const { root, inclusionPath } = buildMerkleTree(leaves);
    const roots = leaves.map((_, i) => merkleRoot(leaves.slice(0, i + 1)));
    const path = buildMerkleTree(leaves.slice(0, 8)).consistencyProof(7);
    const proof = { oldSize: 7, oldRoot: roots[6]!, newSize: 8, newRoot: roots[7]!, path };
    assert.ok(verifyConsistency(proof));
    for (const [oldSize, newSize] of [
      [3, 4],
      [5, 6],
      [9, 10],
      [7, 16],
    ] as const) {
      assert.ok(!verifyConsistency({ ...proof, oldSize, newSize }), `${oldSize} in ${newSize}`);
    }
    assert.ok(!verifyConsistency({ ...proof, path: [] }));
    // Paths that would lead to the root if sizes out of order, or no leaves at all, were walked like others.
    const last = [merkleLeafHash(leaves[20]!), ...inclusionPath(20)];
    assert.ok(!verifyConsistency({ oldSize: 22, oldRoot: root, newSize: 21, newRoot: root, path: last }));
    const first = [merkleLeafHash(leaves[0]!), ...inclusionPath(0)];
    assert.ok(
      !verifyConsistency({ oldSize: 0, oldRoot: roots[0]!, newSize: 21, newRoot: root, path: first }),
    );
  });

  it('knows the empty tree and proves nothing about it', () => {
    assert.equal(EMPTY_MERKLE_ROOT, `0x${createHash('sha256').digest('hex')}`);
    assert.equal(merkleRoot([]), EMPTY_MERKLE_ROOT);
    assert.throws(() => buildMerkleTree([]).inclusionPath(0), RangeError);
    assert.throws(() => buildMerkleTree(goldenLeaves(3)).consistencyProof(0), /no consistency proof/);
    assert.throws(() => buildMerkleTree(goldenLeaves(3)).consistencyProof(4), /no consistency proof/);
  });
});

function flipBit(digest: Digest): Digest {
  const bytes = fromHex(digest);
  bytes[31]! ^= 1;
  return toHex(bytes);
}
