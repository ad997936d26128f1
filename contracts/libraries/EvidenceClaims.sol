// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice An infringement claim against a registered work. Its digest is the claim's id.
/// @param workId Digest of the work's record.
/// @param segment Leaf hash of the work's fingerprint segment the suspect is compared with; zero = the record's code.
/// @param suspectHash SHA-256 of the suspect's bytes.
/// @param suspectCode 256-bit perceptual code of the suspect, or of the part of it that was compared.
/// @param maxDistance The claim: the two codes differ in at most this many bits.
/// @param similarityBps Similarity by the model in 1/10,000. Not checked on chain; re-derived from the evidence.
/// @param modelDigest SHA-256 of the model that compared.
/// @param evidenceRoot RFC 6962 SHA-256 root over the evidence files.
/// @param evidenceCid IPFS CID of the evidence.
/// @param accused Who may answer; zero when unknown.
/// @param reporter Who makes the claim. Part of the digest, so that reporters cannot block one another.
struct EvidenceClaim {
    bytes32 workId;
    bytes32 segment;
    bytes32 suspectHash;
    bytes32 suspectCode;
    uint16 maxDistance;
    uint16 similarityBps;
    bytes32 modelDigest;
    bytes32 evidenceRoot;
    string evidenceCid;
    address accused;
    address reporter;
}

/// @title EIP-712 hashing of infringement claims
library EvidenceClaims {
    bytes internal constant TYPE =
        "EvidenceClaim(bytes32 workId,bytes32 segment,bytes32 suspectHash,bytes32 suspectCode,uint16 maxDistance,uint16 similarityBps,bytes32 modelDigest,bytes32 evidenceRoot,string evidenceCid,address accused,address reporter)";

    bytes32 internal constant TYPE_HASH = keccak256(TYPE);

    bytes32 internal constant FILING_TYPE_HASH =
        keccak256(abi.encodePacked("ClaimFiling(EvidenceClaim claim,uint256 nonce,uint256 deadline)", TYPE));

    /// @notice The claim id: `hashStruct(claim)`.
    function hash(EvidenceClaim calldata claim) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TYPE_HASH,
                claim.workId,
                claim.segment,
                claim.suspectHash,
                claim.suspectCode,
                claim.maxDistance,
                claim.similarityBps,
                claim.modelDigest,
                claim.evidenceRoot,
                keccak256(bytes(claim.evidenceCid)),
                claim.accused,
                claim.reporter
            )
        );
    }

    /// @notice `hashStruct` of what a reporter signs so that a relayer may file for them.
    function hashFiling(bytes32 claimId, uint256 nonce, uint256 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(FILING_TYPE_HASH, claimId, nonce, deadline));
    }
}
