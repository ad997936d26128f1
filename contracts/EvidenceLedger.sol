// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IEvidenceLedger} from "./interfaces/IEvidenceLedger.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {EvidenceClaim, EvidenceClaims} from "./libraries/EvidenceClaims.sol";
import {HammingDistance} from "./libraries/HammingDistance.sol";
import {MerkleTree6962} from "./libraries/MerkleTree6962.sol";
import {Segment, SegmentProof, Segments} from "./libraries/Segments.sol";
import {WorkRecord, WorkRecords} from "./libraries/WorkRecords.sol";

/// @title EvidenceLedger
contract EvidenceLedger is IEvidenceLedger, AccessControl, EIP712, Nonces {
    using EvidenceClaims for EvidenceClaim;
    using Segments for Segment;
    using WorkRecords for WorkRecord;

    /// @inheritdoc IEvidenceLedger
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");

    /// @inheritdoc IEvidenceLedger
    IWorkRegistry public immutable registry;

    uint256 private constant FULL_SIMILARITY_BPS = 10_000;

    mapping(bytes32 claimId => Claim) private _claims;

    /// @param registry_ The registry whose works are claimed against.
    /// @param admin Grants and revokes the arbiter role.
    /// @param arbiter The first arbiter; may be the admin.
    constructor(IWorkRegistry registry_, address admin, address arbiter) EIP712("Colophon", "1") {
        registry = registry_;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(ARBITER_ROLE, arbiter);
    }

    /// @inheritdoc IEvidenceLedger
    function fileClaim(WorkRecord calldata record, EvidenceClaim calldata claim) external returns (bytes32 claimId) {
        _requireReporter(claim);
        claimId = claim.hash();
        _file(claimId, record, claim, _ownCode(record, claim));
    }

    /// @inheritdoc IEvidenceLedger
    function fileClaimFor(
        WorkRecord calldata record,
        EvidenceClaim calldata claim,
        uint256 deadline,
        bytes calldata signature
    ) external returns (bytes32 claimId) {
        claimId = claim.hash();
        _file(claimId, record, claim, _ownCode(record, claim));
        _requireSignature(claim.reporter, claimId, deadline, signature);
    }

    /// @inheritdoc IEvidenceLedger
    function fileSegmentClaim(WorkRecord calldata record, EvidenceClaim calldata claim, SegmentProof calldata proof)
        external
        returns (bytes32 claimId)
    {
        _requireReporter(claim);
        claimId = claim.hash();
        _file(claimId, record, claim, _segmentCode(record, claim, proof));
    }

    /// @inheritdoc IEvidenceLedger
    function fileSegmentClaimFor(
        WorkRecord calldata record,
        EvidenceClaim calldata claim,
        SegmentProof calldata proof,
        uint256 deadline,
        bytes calldata signature
    ) external returns (bytes32 claimId) {
        claimId = claim.hash();
        _file(claimId, record, claim, _segmentCode(record, claim, proof));
        _requireSignature(claim.reporter, claimId, deadline, signature);
    }

    /// @inheritdoc IEvidenceLedger
    function respond(bytes32 claimId, bytes32 responseDigest, string calldata responseCid) external {
        Claim storage pending = _requirePending(claimId);
        address accused = pending.accused;
        if (msg.sender != accused) revert NotAccused(msg.sender, accused);
        pending.status = ClaimStatus.Answered;
        emit ClaimAnswered(claimId, accused, responseDigest, responseCid);
    }

    /// @inheritdoc IEvidenceLedger
    function withdraw(bytes32 claimId) external {
        Claim storage pending = _requirePending(claimId);
        address reporter = pending.reporter;
        if (msg.sender != reporter) revert NotReporter(msg.sender, reporter);
        pending.status = ClaimStatus.Withdrawn;
        emit ClaimWithdrawn(claimId, reporter);
    }

    /// @inheritdoc IEvidenceLedger
    function nameAccused(bytes32 claimId, address accused) external onlyRole(ARBITER_ROLE) {
        Claim storage pending = _requirePending(claimId);
        address previousAccused = pending.accused;
        pending.accused = accused;
        emit AccusedNamed(claimId, previousAccused, accused, msg.sender);
    }

    /// @inheritdoc IEvidenceLedger
    function decide(bytes32 claimId, bool upheld, bytes32 decisionDigest, string calldata decisionCid)
        external
        onlyRole(ARBITER_ROLE)
    {
        Claim storage pending = _requirePending(claimId);
        ClaimStatus status = upheld ? ClaimStatus.Upheld : ClaimStatus.Dismissed;
        pending.status = status;
        emit ClaimDecided(claimId, msg.sender, status, decisionDigest, decisionCid);
    }

    /// @inheritdoc IEvidenceLedger
    function claimOf(bytes32 claimId) external view returns (Claim memory) {
        return _claims[claimId];
    }

    /// @inheritdoc IEvidenceLedger
    function nonces(address reporter) public view override(IEvidenceLedger, Nonces) returns (uint256) {
        return super.nonces(reporter);
    }

    /// @inheritdoc IEvidenceLedger
    function hashClaim(EvidenceClaim calldata claim) external pure returns (bytes32 claimId) {
        return claim.hash();
    }

    /// @inheritdoc IEvidenceLedger
    function hashSegment(Segment calldata segment) external pure returns (bytes32 leaf) {
        return segment.leafHash();
    }

    /// @inheritdoc IEvidenceLedger
    function hammingDistance(bytes32 a, bytes32 b) external pure returns (uint256) {
        return HammingDistance.between(a, b);
    }

    function _file(bytes32 claimId, WorkRecord calldata record, EvidenceClaim calldata claim, bytes32 code) private {
        Claim storage filed = _claims[claimId];
        if (filed.status != ClaimStatus.None) revert AlreadyClaimed(claimId);
        if (claim.similarityBps > FULL_SIMILARITY_BPS) revert SimilarityOutOfRange(claim.similarityBps);

        bytes32 workId = record.hash();
        if (workId != claim.workId) revert RecordMismatch(workId, claim.workId);
        if (registry.work(workId).owner == address(0)) revert WorkNotRegistered(workId);

        uint16 distance = _distance(record, claim, code);
        if (distance > claim.maxDistance) revert DistanceExceedsClaim(distance, claim.maxDistance);

        uint48 filedAt = uint48(block.timestamp);
        filed.reporter = claim.reporter;
        filed.filedAt = filedAt;
        filed.distance = distance;
        filed.status = ClaimStatus.Open;
        // Most claims name nobody: the second slot is paid for only where it says something.
        if (claim.accused != address(0)) filed.accused = claim.accused;
        emit ClaimFiled(claimId, workId, claim.reporter, distance, filedAt, claim);
    }

    /// @dev Runs after filing, so that a transaction sent twice learns that the claim is filed and not that its nonce is
    /// spent. A bad signature undoes the filing.
    function _requireSignature(address signer, bytes32 claimId, uint256 deadline, bytes calldata signature) private {
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        bytes32 digest = _hashTypedDataV4(EvidenceClaims.hashFiling(claimId, _useNonce(signer), deadline));
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) revert InvalidSignature(signer);
    }

    function _requireReporter(EvidenceClaim calldata claim) private view {
        if (msg.sender != claim.reporter) revert NotReporter(msg.sender, claim.reporter);
    }

    function _requirePending(bytes32 claimId) private view returns (Claim storage pending) {
        pending = _claims[claimId];
        ClaimStatus status = pending.status;
        if (status == ClaimStatus.None) revert UnknownClaim(claimId);
        if (status != ClaimStatus.Open && status != ClaimStatus.Answered) revert ClaimClosed(claimId, status);
    }

    function _ownCode(WorkRecord calldata record, EvidenceClaim calldata claim) private pure returns (bytes32) {
        if (claim.segment != bytes32(0)) revert SegmentMismatch(bytes32(0), claim.segment);
        return record.code;
    }

    function _segmentCode(WorkRecord calldata record, EvidenceClaim calldata claim, SegmentProof calldata proof)
        private
        pure
        returns (bytes32)
    {
        bytes32 leaf = proof.segment.leafHash();
        if (leaf != claim.segment) revert SegmentMismatch(leaf, claim.segment);
        // The size is the prover's word, but a leaf stays a leaf under any size: leaves and nodes hash apart.
        (bool wellFormed, bytes32 root) =
            MerkleTree6962.rootFromInclusion(leaf, proof.index, proof.size, proof.path);
        if (!wellFormed || root != record.fingerprintRoot) revert SegmentNotInWork(leaf);
        return proof.segment.code;
    }

    /// @dev A byte-exact copy without a code on either side counts as distance 0.
    function _distance(WorkRecord calldata record, EvidenceClaim calldata claim, bytes32 code)
        private
        pure
        returns (uint16)
    {
        if (code == bytes32(0) || claim.suspectCode == bytes32(0)) {
            if (claim.suspectHash != record.contentHash) revert NoComparableCode();
            return 0;
        }
        return uint16(HammingDistance.between(code, claim.suspectCode));
    }
}
