// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IWorkRegistry} from "./interfaces/IWorkRegistry.sol";
import {MerkleTree6962} from "./libraries/MerkleTree6962.sol";
import {WorkRecord, WorkRecords} from "./libraries/WorkRecords.sol";

/// @title WorkRegistry
contract WorkRegistry is IWorkRegistry, EIP712, Nonces {
    using WorkRecords for WorkRecord;

    struct Commitment {
        uint48 committedAt;
        uint64 committedBlock;
    }

    /// @inheritdoc IWorkRegistry
    uint256 public constant MAX_COMMIT_AGE = 7 days;

    bytes32 private constant GENESIS_TAG = keccak256("Colophon batch log v1");

    mapping(bytes32 workId => Work) private _works;
    mapping(bytes32 contentHash => bytes32 workId) private _firstWorks;
    mapping(bytes32 workId => address) private _offers;
    mapping(address sender => mapping(bytes32 commitment => Commitment)) private _commitments;
    mapping(bytes32 batchId => Batch) private _batches;
    bytes32 private _batchHead;

    constructor() EIP712("Colophon", "1") {
        // Not zero: heads of two registries can never be confused.
        _batchHead = keccak256(abi.encode(GENESIS_TAG, block.chainid, address(this)));
    }

    /// @inheritdoc IWorkRegistry
    function register(WorkRecord calldata record) external returns (bytes32 workId) {
        _requireRecordOwner(record);
        workId = record.hash();
        _claim(workId, record, uint48(block.timestamp), Lane.Direct);
    }

    /// @inheritdoc IWorkRegistry
    function registerFor(WorkRecord calldata record, uint256 deadline, bytes calldata signature)
        external
        returns (bytes32 workId)
    {
        workId = record.hash();
        // Claimed before the signature is checked, so that a transaction sent twice learns that the work is registered
        // and not that its nonce is spent. A bad signature undoes all of it.
        _claim(workId, record, uint48(block.timestamp), Lane.Relayed);
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        _requireSignature(
            record.owner, WorkRecords.hashRegistration(workId, _useNonce(record.owner), deadline), signature
        );
    }

    /// @inheritdoc IWorkRegistry
    function commit(bytes32 commitment) external {
        Commitment storage made = _commitments[msg.sender][commitment];
        if (made.committedAt != 0) revert CommitmentExists(commitment, made.committedAt);
        made.committedAt = uint48(block.timestamp);
        made.committedBlock = uint64(block.number);
        emit Committed(msg.sender, commitment, uint48(block.timestamp));
    }

    /// @inheritdoc IWorkRegistry
    function reveal(WorkRecord calldata record, bytes32 salt) external returns (bytes32 workId) {
        _requireRecordOwner(record);
        workId = record.hash();
        bytes32 commitment = hashCommitment(msg.sender, workId, salt);
        Commitment memory made = _commitments[msg.sender][commitment];
        if (made.committedAt == 0) revert UnknownCommitment(commitment);
        if (block.number <= made.committedBlock) revert CommitmentTooYoung(made.committedBlock);
        uint256 expiresAt = made.committedAt + MAX_COMMIT_AGE;
        if (block.timestamp > expiresAt) revert CommitmentExpired(expiresAt);
        _claim(workId, record, made.committedAt, Lane.Revealed);
    }

    /// @inheritdoc IWorkRegistry
    function registerBatch(bytes32 root, uint32 size, string calldata metadataCid) external returns (bytes32 batchId) {
        if (size == 0) revert EmptyBatch();
        batchId = batchIdOf(root, msg.sender);
        Batch storage anchored = _batches[batchId];
        if (anchored.submitter != address(0)) revert AlreadyAnchored(batchId);
        uint48 timestamp = uint48(block.timestamp);
        anchored.submitter = msg.sender;
        anchored.timestamp = timestamp;
        anchored.size = size;

        bytes32 previousHead = _batchHead;
        bytes32 head = keccak256(abi.encode(previousHead, batchId, root, size, msg.sender, timestamp));
        _batchHead = head;
        emit BatchRegistered(batchId, root, msg.sender, size, timestamp, previousHead, head, metadataCid);
    }

    /// @inheritdoc IWorkRegistry
    function promote(bytes32 batchId, uint256 index, bytes32[] calldata path, WorkRecord calldata record)
        external
        returns (bytes32 workId)
    {
        _requireRecordOwner(record);
        workId = record.hash();
        _promote(batchId, index, path, record, workId);
    }

    /// @inheritdoc IWorkRegistry
    function promoteFor(
        bytes32 batchId,
        uint256 index,
        bytes32[] calldata path,
        WorkRecord calldata record,
        bytes calldata signature
    ) external returns (bytes32 workId) {
        workId = record.hash();
        _promote(batchId, index, path, record, workId);
        _requireSignature(record.owner, workId, signature);
    }

    /// @inheritdoc IWorkRegistry
    function offerTransfer(bytes32 workId, address to) external {
        _requireWorkOwner(workId);
        if (to == address(0) || to == msg.sender) revert InvalidRecipient(to);
        _offers[workId] = to;
        emit TransferOffered(workId, msg.sender, to);
    }

    /// @inheritdoc IWorkRegistry
    function cancelTransfer(bytes32 workId) external {
        _requireWorkOwner(workId);
        address to = _offers[workId];
        if (to == address(0)) revert NoTransferOffer(workId);
        delete _offers[workId];
        emit TransferCancelled(workId, msg.sender, to);
    }

    /// @inheritdoc IWorkRegistry
    function acceptTransfer(bytes32 workId) external {
        address to = _offers[workId];
        if (to == address(0)) revert NoTransferOffer(workId);
        if (msg.sender != to) revert NotOfferedTo(msg.sender, to);
        delete _offers[workId];
        Work storage offered = _works[workId];
        address from = offered.owner;
        offered.owner = to;
        emit WorkTransferred(workId, from, to);
    }

    /// @inheritdoc IWorkRegistry
    function correct(bytes32 workId, bytes32 correctionDigest, string calldata metadataCid) external {
        Work storage corrected = _requireWorkOwner(workId);
        uint32 number = ++corrected.corrections;
        emit CorrectionAppended(workId, number, msg.sender, correctionDigest, metadataCid);
    }

    /// @inheritdoc IWorkRegistry
    function work(bytes32 workId) external view returns (Work memory) {
        return _works[workId];
    }

    /// @inheritdoc IWorkRegistry
    function firstWork(bytes32 contentHash) external view returns (bytes32 workId) {
        return _firstWorks[contentHash];
    }

    /// @inheritdoc IWorkRegistry
    function nonces(address owner) public view override(IWorkRegistry, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc IWorkRegistry
    function offeredTo(bytes32 workId) external view returns (address) {
        return _offers[workId];
    }

    /// @inheritdoc IWorkRegistry
    function committedAt(address sender, bytes32 commitment) external view returns (uint48) {
        return _commitments[sender][commitment].committedAt;
    }

    /// @inheritdoc IWorkRegistry
    function batch(bytes32 batchId) external view returns (Batch memory) {
        return _batches[batchId];
    }

    /// @inheritdoc IWorkRegistry
    function batchHead() external view returns (bytes32) {
        return _batchHead;
    }

    /// @inheritdoc IWorkRegistry
    function verifyInclusion(bytes32 batchId, uint256 index, bytes32[] calldata path, bytes32 workId)
        external
        view
        returns (bool)
    {
        Batch memory anchored = _batches[batchId];
        return anchored.submitter != address(0) && _isLeaf(anchored, batchId, index, path, workId);
    }

    /// @inheritdoc IWorkRegistry
    function hashRecord(WorkRecord calldata record) external pure returns (bytes32 workId) {
        return record.hash();
    }

    /// @inheritdoc IWorkRegistry
    function hashCommitment(address sender, bytes32 workId, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(sender, workId, salt));
    }

    /// @inheritdoc IWorkRegistry
    function batchIdOf(bytes32 root, address submitter) public pure returns (bytes32) {
        return keccak256(abi.encode(root, submitter));
    }

    function _promote(
        bytes32 batchId,
        uint256 index,
        bytes32[] calldata path,
        WorkRecord calldata record,
        bytes32 workId
    ) private {
        Batch memory anchored = _batches[batchId];
        if (anchored.submitter == address(0)) revert UnknownBatch(batchId);
        if (!_isLeaf(anchored, batchId, index, path, workId)) revert NotInBatch(batchId, workId);
        _claim(workId, record, anchored.timestamp, Lane.Promoted);
    }

    /// @dev Registers the record, or moves its claim back, and gives it first place if its claim is the earliest.
    /// Afterwards the first work of a content is the one with the earliest claim: a claim that does not become (or
    /// stay) first reverts, and first place passes on only to a strictly earlier one.
    function _claim(bytes32 workId, WorkRecord calldata record, uint48 claimedAt, Lane lane) private {
        bytes32 contentHash = record.contentHash;
        if (contentHash == bytes32(0)) revert ZeroContentHash();

        Work storage claimed = _works[workId];
        address owner = claimed.owner;
        uint48 previousClaimedAt = claimed.claimedAt;
        if (owner != address(0) && claimedAt >= previousClaimedAt) {
            revert WorkAlreadyRegistered(workId, owner, previousClaimedAt);
        }

        bytes32 firstId = _firstWorks[contentHash];
        if (firstId != bytes32(0) && firstId != workId) {
            Work memory first = _works[firstId];
            if (claimedAt >= first.claimedAt) revert ContentAlreadyRegistered(firstId, first.owner, first.claimedAt);
        }

        if (owner == address(0)) {
            claimed.owner = record.owner;
            claimed.claimedAt = claimedAt;
            claimed.lane = lane;
            _emitRegistered(workId, record, claimedAt, lane);
        } else {
            // The owner stays: the work may have been transferred since.
            claimed.claimedAt = claimedAt;
            claimed.lane = lane;
            emit ClaimAdvanced(workId, previousClaimedAt, claimedAt, lane);
        }

        if (firstId != workId) {
            _firstWorks[contentHash] = workId;
            if (firstId != bytes32(0)) emit PriorityClaimed(contentHash, workId, firstId);
        }
    }

    function _emitRegistered(bytes32 workId, WorkRecord calldata record, uint48 claimedAt, Lane lane) private {
        emit WorkRegistered(
            workId,
            record.contentHash,
            record.owner,
            record.code,
            record.fingerprintRoot,
            record.modelDigest,
            record.mediaType,
            record.metadataCid,
            claimedAt,
            lane
        );
    }

    function _requireRecordOwner(WorkRecord calldata record) private view {
        if (msg.sender != record.owner) revert NotRecordOwner(msg.sender, record.owner);
    }

    function _requireWorkOwner(bytes32 workId) private view returns (Work storage owned) {
        owned = _works[workId];
        address owner = owned.owner;
        if (owner == address(0)) revert UnknownWork(workId);
        if (msg.sender != owner) revert NotWorkOwner(msg.sender, owner);
    }

    function _requireSignature(address signer, bytes32 structHash, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, _hashTypedDataV4(structHash), signature)) {
            revert InvalidSignature(signer);
        }
    }

    /// @dev The root is not stored: the id is the digest of root and submitter, so the path's root must give the id.
    function _isLeaf(Batch memory anchored, bytes32 batchId, uint256 index, bytes32[] calldata path, bytes32 workId)
        private
        pure
        returns (bool)
    {
        (bool wellFormed, bytes32 root) =
            MerkleTree6962.rootFromInclusion(MerkleTree6962.leafHash(abi.encode(workId)), index, anchored.size, path);
        return wellFormed && batchIdOf(root, anchored.submitter) == batchId;
    }
}
