// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MerkleTree6962} from "./MerkleTree6962.sol";

/// @notice A fingerprint segment: one place in a work.
/// @param locator Where: byte 0 kind, 1-4 index, 5-12 region, 13-24 range (packed by the service).
/// @param code 256-bit perceptual code of that place; zero means "has none".
/// @param vectorDigest SHA-256 of the embedding vector's bytes.
struct Segment {
    bytes32 locator;
    bytes32 code;
    bytes32 vectorDigest;
}

/// @notice A segment with its place in the tree behind a record's `fingerprintRoot`.
/// @param segment The leaf.
/// @param index Its position.
/// @param size Number of leaves.
/// @param path Siblings from leaf to root.
struct SegmentProof {
    Segment segment;
    uint64 index;
    uint64 size;
    bytes32[] path;
}

/// @title Leaf hashing of fingerprint segments
library Segments {
    /// @notice RFC 6962 leaf hash of the 96 bytes `abi.encode(locator, code, vectorDigest)`.
    function leafHash(Segment calldata segment) internal pure returns (bytes32) {
        return MerkleTree6962.leafHash(abi.encode(segment.locator, segment.code, segment.vectorDigest));
    }
}
