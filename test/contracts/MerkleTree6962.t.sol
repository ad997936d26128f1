// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MerkleHarness, ReferenceTree} from "./support/MerkleHarness.sol";
import {TestBase} from "./support/TestBase.sol";

/// @dev The library's loops against the recursive definition.
contract MerkleTree6962Test is TestBase {
    uint256 private constant MAX_SIZE = 40;

    MerkleHarness private immutable _harness = new MerkleHarness();

    function testFuzz_EveryLeafLeadsToTheRoot(bytes32 seed, uint256 size, uint256 index) public view {
        bytes32[] memory data = _leaves(seed, within(size, 1, MAX_SIZE));
        index = index % data.length;
        (bool wellFormed, bytes32 root) = _harness.rootFromInclusion(
            _leaf(data[index]), index, data.length, ReferenceTree.path(data, index)
        );
        assertTrue(wellFormed, "well formed");
        assertEq(root, ReferenceTree.root(data, 0, data.length), "root");
    }

    function testFuzz_NoOtherLeafOrPlaceLeadsToTheRoot(bytes32 seed, uint256 size, uint256 index, uint256 other)
        public
        view
    {
        bytes32[] memory data = _leaves(seed, within(size, 2, MAX_SIZE));
        index = index % data.length;
        other = (index + within(other, 1, data.length - 1)) % data.length;
        bytes32 root = ReferenceTree.root(data, 0, data.length);
        bytes32[] memory path = ReferenceTree.path(data, index);

        (bool wellFormed, bytes32 found) =
            _harness.rootFromInclusion(_leaf(data[other]), index, data.length, path);
        assertTrue(!wellFormed || found != root, "another leaf");
        (wellFormed, found) = _harness.rootFromInclusion(_leaf(data[index]), other, data.length, path);
        assertTrue(!wellFormed || found != root, "another place");
    }

    function testFuzz_APathHasExactlyItsLength(bytes32 seed, uint256 size, uint256 index, bytes32 surplus) public view {
        bytes32[] memory data = _leaves(seed, within(size, 2, MAX_SIZE));
        index = index % data.length;
        bytes32[] memory path = ReferenceTree.path(data, index);

        (bool wellFormed,) =
            _harness.rootFromInclusion(_leaf(data[index]), index, data.length, _resized(path, path.length - 1, 0));
        assertTrue(!wellFormed, "one node short");
        (wellFormed,) =
            _harness.rootFromInclusion(_leaf(data[index]), index, data.length, _resized(path, path.length + 1, surplus));
        assertTrue(!wellFormed, "one node over");
        (wellFormed,) = _harness.rootFromInclusion(_leaf(data[index]), data.length + index, data.length, path);
        assertTrue(!wellFormed, "beyond the tree");
    }

    function test_AnEmptyTreeHasNoLeaf() public view {
        (bool wellFormed,) = _harness.rootFromInclusion(bytes32(uint256(1)), 0, 0, new bytes32[](0));
        assertTrue(!wellFormed, "empty tree");
    }

    function testFuzz_EveryPrefixIsConsistent(bytes32 seed, uint256 size, uint256 oldSize) public view {
        bytes32[] memory data = _leaves(seed, within(size, 1, MAX_SIZE));
        oldSize = within(oldSize, 1, data.length);
        assertTrue(
            _harness.verifyConsistency(
                oldSize,
                ReferenceTree.root(data, 0, oldSize),
                data.length,
                ReferenceTree.root(data, 0, data.length),
                ReferenceTree.consistency(data, oldSize)
            ),
            "consistent"
        );
    }

    function testFuzz_ARewrittenPrefixIsNotConsistent(bytes32 seed, uint256 size, uint256 oldSize, uint256 changed)
        public
        view
    {
        bytes32[] memory data = _leaves(seed, within(size, 2, MAX_SIZE));
        oldSize = within(oldSize, 1, data.length - 1);
        bytes32 oldRoot = ReferenceTree.root(data, 0, oldSize);
        changed = changed % oldSize;
        data[changed] = ~data[changed];
        assertTrue(
            !_harness.verifyConsistency(
                oldSize,
                oldRoot,
                data.length,
                ReferenceTree.root(data, 0, data.length),
                ReferenceTree.consistency(data, oldSize)
            ),
            "rewritten history"
        );
    }

    function testFuzz_AConsistencyProofHasExactlyItsNodes(bytes32 seed, uint256 size, uint256 oldSize, uint256 changed)
        public
        view
    {
        bytes32[] memory data = _leaves(seed, within(size, 2, MAX_SIZE));
        oldSize = within(oldSize, 1, data.length - 1);
        bytes32 oldRoot = ReferenceTree.root(data, 0, oldSize);
        bytes32 newRoot = ReferenceTree.root(data, 0, data.length);
        bytes32[] memory proof = ReferenceTree.consistency(data, oldSize);

        bytes32[] memory other = _resized(proof, proof.length + 1, bytes32(0));
        assertTrue(!_harness.verifyConsistency(oldSize, oldRoot, data.length, newRoot, other), "one node over");
        other = _resized(proof, proof.length - 1, bytes32(0));
        assertTrue(!_harness.verifyConsistency(oldSize, oldRoot, data.length, newRoot, other), "one node short");
        proof[changed % proof.length] ^= bytes32(uint256(1));
        assertTrue(!_harness.verifyConsistency(oldSize, oldRoot, data.length, newRoot, proof), "changed node");
    }

    function test_AConsistencyProofSpeaksForItsSizesOnly() public view {
        bytes32[] memory data = _leaves("", 8);
        bytes32 oldRoot = ReferenceTree.root(data, 0, 7);
        bytes32 newRoot = ReferenceTree.root(data, 0, 8);
        bytes32[] memory proof = ReferenceTree.consistency(data, 7);
        assertTrue(_harness.verifyConsistency(7, oldRoot, 8, newRoot, proof), "7 in 8");
        assertTrue(!_harness.verifyConsistency(3, oldRoot, 4, newRoot, proof), "3 in 4");
        assertTrue(!_harness.verifyConsistency(5, oldRoot, 6, newRoot, proof), "5 in 6");
        assertTrue(!_harness.verifyConsistency(9, oldRoot, 10, newRoot, proof), "9 in 10");
        assertTrue(!_harness.verifyConsistency(7, oldRoot, 16, newRoot, proof), "7 in 16");
        assertTrue(!_harness.verifyConsistency(7, oldRoot, 8, newRoot, new bytes32[](0)), "no proof");
    }

    /// @dev A path that would lead to the root if sizes out of order were walked like others.
    function test_ATreeDoesNotShrink() public view {
        bytes32[] memory data = _leaves("", 21);
        bytes32 root = ReferenceTree.root(data, 0, 21);
        bytes32[] memory path = ReferenceTree.path(data, 20);
        bytes32[] memory proof = new bytes32[](path.length + 1);
        proof[0] = _leaf(data[20]);
        for (uint256 i = 0; i < path.length; ++i) {
            proof[i + 1] = path[i];
        }
        assertTrue(!_harness.verifyConsistency(22, root, 21, root, proof), "22 in 21");
    }

    function testFuzz_ConsistencyWithItselfNeedsNoProof(uint256 size, bytes32 root, bytes32 other) public view {
        vm.assume(root != other && size != 0 && size != type(uint256).max);
        bytes32[] memory none = new bytes32[](0);
        assertTrue(_harness.verifyConsistency(size, root, size, root, none), "same tree");
        assertTrue(!_harness.verifyConsistency(size, root, size, other, none), "same size, other root");
        assertTrue(!_harness.verifyConsistency(size, root, size, root, new bytes32[](1)), "surplus node");
        assertTrue(!_harness.verifyConsistency(0, root, size, root, none), "nothing to extend");
        assertTrue(!_harness.verifyConsistency(size + 1, root, size, root, none), "shrunk");
    }

    function _leaves(bytes32 seed, uint256 count) private pure returns (bytes32[] memory data) {
        data = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            data[i] = keccak256(abi.encode(seed, i));
        }
    }

    function _leaf(bytes32 data) private view returns (bytes32) {
        return _harness.leafHash(abi.encode(data));
    }

    function _resized(bytes32[] memory path, uint256 length, bytes32 last)
        private
        pure
        returns (bytes32[] memory other)
    {
        other = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) {
            other[i] = i < path.length ? path[i] : last;
        }
    }
}
