// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {HammingDistance} from "../../../contracts/libraries/HammingDistance.sol";
import {MerkleTree6962} from "../../../contracts/libraries/MerkleTree6962.sol";

/// @dev Opens the libraries to tests, and knows the tree as RFC 6962 defines it: recursively, from all leaves.
contract MerkleHarness {
    function rootFromInclusion(bytes32 leaf, uint256 index, uint256 size, bytes32[] calldata path)
        external
        pure
        returns (bool wellFormed, bytes32 root)
    {
        return MerkleTree6962.rootFromInclusion(leaf, index, size, path);
    }

    function verifyConsistency(
        uint256 oldSize,
        bytes32 oldRoot,
        uint256 newSize,
        bytes32 newRoot,
        bytes32[] calldata path
    ) external pure returns (bool) {
        return MerkleTree6962.verifyConsistency(oldSize, oldRoot, newSize, newRoot, path);
    }

    function leafHash(bytes calldata data) external pure returns (bytes32) {
        return MerkleTree6962.leafHash(data);
    }

    function hammingDistance(bytes32 a, bytes32 b) external pure returns (uint256) {
        return HammingDistance.between(a, b);
    }
}

/// @dev RFC 6962 2.1 word for word: the oracle of the library's loops.
library ReferenceTree {
    function root(bytes32[] memory data, uint256 start, uint256 end) internal pure returns (bytes32) {
        if (end - start == 1) return sha256(bytes.concat(hex"00", data[start]));
        uint256 middle = start + split(end - start);
        return sha256(bytes.concat(hex"01", root(data, start, middle), root(data, middle, end)));
    }

    function path(bytes32[] memory data, uint256 index) internal pure returns (bytes32[] memory siblings) {
        siblings = new bytes32[](64);
        uint256 length = _path(data, 0, data.length, index, siblings);
        assembly ("memory-safe") {
            mstore(siblings, length)
        }
    }

    function consistency(bytes32[] memory data, uint256 oldSize) internal pure returns (bytes32[] memory nodes) {
        nodes = new bytes32[](128);
        uint256 length = _consistency(data, 0, data.length, oldSize, true, nodes);
        assembly ("memory-safe") {
            mstore(nodes, length)
        }
    }

    /// @dev The largest power of two below `count`.
    function split(uint256 count) internal pure returns (uint256 power) {
        power = 1;
        while (power * 2 < count) power *= 2;
    }

    function _path(bytes32[] memory data, uint256 start, uint256 end, uint256 index, bytes32[] memory out)
        private
        pure
        returns (uint256 length)
    {
        if (end - start == 1) return 0;
        uint256 middle = start + split(end - start);
        if (index < middle) {
            length = _path(data, start, middle, index, out);
            out[length] = root(data, middle, end);
        } else {
            length = _path(data, middle, end, index, out);
            out[length] = root(data, start, middle);
        }
        return length + 1;
    }

    function _consistency(
        bytes32[] memory data,
        uint256 start,
        uint256 end,
        uint256 oldEnd,
        bool isWhole,
        bytes32[] memory out
    ) private pure returns (uint256 length) {
        if (oldEnd == end) {
            if (isWhole) return 0;
            out[0] = root(data, start, end);
            return 1;
        }
        uint256 middle = start + split(end - start);
        if (oldEnd <= middle) {
            length = _consistency(data, start, middle, oldEnd, isWhole, out);
            out[length] = root(data, middle, end);
        } else {
            length = _consistency(data, middle, end, oldEnd, false, out);
            out[length] = root(data, start, middle);
        }
        return length + 1;
    }
}
