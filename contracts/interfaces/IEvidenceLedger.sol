// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EvidenceClaim} from "../libraries/EvidenceClaims.sol";
import {Segment, SegmentProof} from "../libraries/Segments.sol";
import {WorkRecord} from "../libraries/WorkRecords.sol";
import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Ledger of infringement claims against registered works
/// @notice A claim says: this suspect copies that work, and their perceptual codes differ in at most so many bits. The
/// contract does not believe it. It hashes the record it is shown, asks the registry whether that work exists, counts the
/// differing bits itself and records the count; a claim beyond its own bound reverts.
///
/// The suspect is compared with the record's own code, or with one fingerprint segment of the work (for crops and
/// stretches), proved by its path to the record's `fingerprintRoot`. Where a code is missing (zero) there is nothing to
/// compare, and only a byte-exact copy can be claimed.
///
/// A claim's id is its digest, reporter included: the same report twice reverts, another reporter's goes through.
///
/// Status moves Open -> Answered -> Upheld | Dismissed | Withdrawn, or from Open straight to any of the last three. The
/// accused answers (as often as needed; each answer is an event), the reporter withdraws, an arbiter decides. The accused
/// is whom the claim names. Who is named is the reporter's word, so an arbiter may name somebody else while the claim is
/// pending: a reporter cannot keep the real one from answering by naming nobody or a friend.
interface IEvidenceLedger {
    enum ClaimStatus {
        None,
        Open,
        Answered,
        Upheld,
        Dismissed,
        Withdrawn
    }

    /// @notice What is stored of a claim: one slot, and a second where somebody is accused.
    /// @param reporter Who made the claim.
    /// @param filedAt Time of its block, Unix seconds.
    /// @param distance Bits in which the two codes differ, counted by the contract.
    /// @param status Where the claim stands.
    /// @param accused Who may answer; zero when nobody is named.
    struct Claim {
        address reporter;
        uint48 filedAt;
        uint16 distance;
        ClaimStatus status;
        address accused;
    }

    /// @notice A claim was filed. `claimId` is the digest of `claim`; `distance` is the contract's own count.
    event ClaimFiled(
        bytes32 indexed claimId,
        bytes32 indexed workId,
        address indexed reporter,
        uint16 distance,
        uint48 filedAt,
        EvidenceClaim claim
    );

    /// @notice The accused answered.
    event ClaimAnswered(bytes32 indexed claimId, address indexed accused, bytes32 responseDigest, string responseCid);

    /// @notice An arbiter named the accused.
    event AccusedNamed(bytes32 indexed claimId, address indexed previousAccused, address indexed accused, address arbiter);

    /// @notice An arbiter decided: `status` is Upheld or Dismissed.
    event ClaimDecided(
        bytes32 indexed claimId,
        address indexed arbiter,
        ClaimStatus indexed status,
        bytes32 decisionDigest,
        string decisionCid
    );

    /// @notice The reporter withdrew the claim.
    event ClaimWithdrawn(bytes32 indexed claimId, address indexed reporter);

    /// @notice The contract's count exceeds the claim's bound.
    error DistanceExceedsClaim(uint256 computed, uint256 claimed);

    /// @notice A code is missing and the suspect is not the work byte for byte.
    error NoComparableCode();

    /// @notice Similarity is given in 1/10,000.
    error SimilarityOutOfRange(uint256 similarityBps);

    /// @notice The record shown is not the one the claim names.
    error RecordMismatch(bytes32 computed, bytes32 claimed);

    /// @notice The segment shown is not the one the claim names (zero where the record's own code is meant).
    error SegmentMismatch(bytes32 computed, bytes32 claimed);

    /// @notice The path does not lead from the segment to the record's fingerprint root.
    error SegmentNotInWork(bytes32 segment);

    /// @notice The registry does not know the work.
    error WorkNotRegistered(bytes32 workId);

    /// @notice This reporter filed this very claim before.
    error AlreadyClaimed(bytes32 claimId);

    /// @notice No such claim.
    error UnknownClaim(bytes32 claimId);

    /// @notice Only the reporter named in the claim may do this.
    error NotReporter(address caller, address reporter);

    /// @notice Only the accused may answer.
    error NotAccused(address caller, address accused);

    /// @notice The claim is closed.
    error ClaimClosed(bytes32 claimId, ClaimStatus status);

    /// @notice The signature's deadline has passed.
    error SignatureExpired(uint256 deadline);

    /// @notice `signer` did not sign this, under its next nonce, for this contract on this chain.
    error InvalidSignature(address signer);

    /// @notice Files a claim against the record's own code; the reporter sends the transaction.
    /// @param record The work's record; its digest must be `claim.workId`.
    /// @param claim The claim; its `segment` is zero.
    /// @return claimId The claim's digest.
    function fileClaim(WorkRecord calldata record, EvidenceClaim calldata claim) external returns (bytes32 claimId);

    /// @notice Like {fileClaim}, sent by anybody.
    /// @param deadline Unix seconds after which the signature is void.
    /// @param signature The reporter's EIP-712 signature over `ClaimFiling(EvidenceClaim claim,uint256 nonce,uint256
    /// deadline)` with the reporter's next nonce; ERC-1271 contract accounts sign in their own way.
    function fileClaimFor(
        WorkRecord calldata record,
        EvidenceClaim calldata claim,
        uint256 deadline,
        bytes calldata signature
    ) external returns (bytes32 claimId);

    /// @notice Files a claim against one segment of the work; the reporter sends the transaction.
    /// @param claim The claim; its `segment` is the leaf hash of the proof's segment.
    /// @param proof The segment and its path to the record's `fingerprintRoot`.
    function fileSegmentClaim(WorkRecord calldata record, EvidenceClaim calldata claim, SegmentProof calldata proof)
        external
        returns (bytes32 claimId);

    /// @notice Like {fileSegmentClaim}, sent by anybody with the reporter's signature as in {fileClaimFor}.
    function fileSegmentClaimFor(
        WorkRecord calldata record,
        EvidenceClaim calldata claim,
        SegmentProof calldata proof,
        uint256 deadline,
        bytes calldata signature
    ) external returns (bytes32 claimId);

    /// @notice Answers a pending claim; for the accused.
    /// @param responseDigest SHA-256 of the answer.
    /// @param responseCid IPFS CID of the answer.
    function respond(bytes32 claimId, bytes32 responseDigest, string calldata responseCid) external;

    /// @notice Withdraws a pending claim; for its reporter.
    function withdraw(bytes32 claimId) external;

    /// @notice Names who may answer a pending claim; for arbiters.
    function nameAccused(bytes32 claimId, address accused) external;

    /// @notice Decides a pending claim; for arbiters.
    /// @param upheld Upheld if true, dismissed if false.
    /// @param decisionDigest SHA-256 of the reasons.
    /// @param decisionCid IPFS CID of the reasons.
    function decide(bytes32 claimId, bool upheld, bytes32 decisionDigest, string calldata decisionCid) external;

    /// @notice Role that decides claims and names the accused.
    function ARBITER_ROLE() external view returns (bytes32);

    /// @notice The registry whose works are claimed against.
    function registry() external view returns (IWorkRegistry);

    /// @notice A claim; all zero when unknown.
    function claimOf(bytes32 claimId) external view returns (Claim memory);

    /// @notice The nonce that a reporter's next filing signature must carry.
    function nonces(address reporter) external view returns (uint256);

    /// @notice The claim's digest, which is its id.
    function hashClaim(EvidenceClaim calldata claim) external pure returns (bytes32 claimId);

    /// @notice RFC 6962 leaf hash of a segment: what `claim.segment` must be.
    function hashSegment(Segment calldata segment) external pure returns (bytes32 leaf);

    /// @notice Number of bits in which two codes differ, as the contract counts them.
    function hammingDistance(bytes32 a, bytes32 b) external pure returns (uint256);
}
