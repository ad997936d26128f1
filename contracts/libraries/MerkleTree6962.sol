// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Proofs in RFC 6962 SHA-256 Merkle trees
/// @notice Leaves hash as `sha256(0x00 || data)` and inner nodes as `sha256(0x01 || left || right)`, so a node can
/// never pass for a leaf. A node without a sibling moves up unchanged.
library MerkleTree6962 {
    function leafHash(bytes memory data) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x00), data));
    }

    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @notice The root that `path` leads to from leaf `index` of `size`.
    /// @return wellFormed Whether the path has exactly the length that index and size ask for.
    /// @return node The root; means nothing unless `wellFormed`.
    function rootFromInclusion(bytes32 leaf, uint256 index, uint256 size, bytes32[] calldata path)
        internal
        pure
        returns (bool wellFormed, bytes32 node)
    {
        node = leaf;
        if (index >= size) return (false, node);
        uint256 used = 0;
        for (uint256 last = size - 1; last != 0; last >>= 1) {
            bool isRight = index & 1 == 1;
            // The last node of a level has no sibling when it stands on the left: it moves up as it is.
            if (isRight || index < last) {
                if (used == path.length) return (false, node);
                bytes32 sibling = path[used++];
                node = isRight ? nodeHash(sibling, node) : nodeHash(node, sibling);
            }
            index >>= 1;
        }
        return (used == path.length, node);
    }

    /// @notice Whether the tree of `oldSize` leaves is a prefix of the tree of `newSize` leaves.
    /// @dev Sizes are at least 1: every tree extends the empty one, so there is nothing to prove about it.
    function verifyConsistency(
        uint256 oldSize,
        bytes32 oldRoot,
        uint256 newSize,
        bytes32 newRoot,
        bytes32[] calldata path
    ) internal pure returns (bool) {
        if (oldSize == 0 || oldSize > newSize) return false;
        if (oldSize == newSize) return path.length == 0 && oldRoot == newRoot;

        // Walk up from the old tree's last leaf; whole subtrees that both trees share are skipped.
        uint256 position = oldSize - 1;
        uint256 last = newSize - 1;
        while (position & 1 == 1) {
            position >>= 1;
            last >>= 1;
        }

        uint256 used = 0;
        bytes32 oldNode = oldRoot;
        // An old tree that is one whole subtree is its own starting node; otherwise the path brings it.
        if (position != 0) {
            if (path.length == 0) return false;
            oldNode = path[used++];
        }
        bytes32 newNode = oldNode;

        for (; used != path.length; ++used) {
            if (last == 0) return false;
            bytes32 sibling = path[used];
            if (position & 1 == 1 || position == last) {
                oldNode = nodeHash(sibling, oldNode);
                newNode = nodeHash(sibling, newNode);
                while (position & 1 == 0 && position != 0) {
                    position >>= 1;
                    last >>= 1;
                }
            } else {
                newNode = nodeHash(newNode, sibling);
            }
            position >>= 1;
            last >>= 1;
        }
        return last == 0 && oldNode == oldRoot && newNode == newRoot;
    }
}
