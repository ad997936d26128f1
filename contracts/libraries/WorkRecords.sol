// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a registration binds. Its digest is the work's id.
/// @param contentHash SHA-256 of the file's bytes.
/// @param code 256-bit perceptual code; zero means "has none" (near-uniform media, known by its hash only).
/// @param fingerprintRoot RFC 6962 SHA-256 root over the work's fingerprint segments.
/// @param modelDigest SHA-256 of the model that made the fingerprint.
/// @param mediaType IANA media type.
/// @param metadataCid IPFS CID of the metadata.
/// @param owner Who claims the work. Part of the digest: the same content claimed by two people is two records.
struct WorkRecord {
    bytes32 contentHash;
    bytes32 code;
    bytes32 fingerprintRoot;
    bytes32 modelDigest;
    string mediaType;
    string metadataCid;
    address owner;
}

/// @title EIP-712 hashing of work records
library WorkRecords {
    bytes internal constant TYPE =
        "WorkRecord(bytes32 contentHash,bytes32 code,bytes32 fingerprintRoot,bytes32 modelDigest,string mediaType,string metadataCid,address owner)";

    bytes32 internal constant TYPE_HASH = keccak256(TYPE);

    bytes32 internal constant REGISTRATION_TYPE_HASH =
        keccak256(abi.encodePacked("Registration(WorkRecord record,uint256 nonce,uint256 deadline)", TYPE));

    /// @notice The work id: `hashStruct(record)`, without a domain, so a work has one id on every chain.
    function hash(WorkRecord calldata record) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TYPE_HASH,
                record.contentHash,
                record.code,
                record.fingerprintRoot,
                record.modelDigest,
                keccak256(bytes(record.mediaType)),
                keccak256(bytes(record.metadataCid)),
                record.owner
            )
        );
    }

    /// @notice `hashStruct` of what an owner signs so that a relayer may register for them.
    function hashRegistration(bytes32 workId, uint256 nonce, uint256 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(REGISTRATION_TYPE_HASH, workId, nonce, deadline));
    }
}
