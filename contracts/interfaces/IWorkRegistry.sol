// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {WorkRecord} from "../libraries/WorkRecords.sol";

/// @title Registry of works: who claimed which content, and when
/// @notice A record binds content, its perceptual fingerprint, the model that made it, and an owner. Its EIP-712 digest
/// is the work's id. No record exists without its owner's consent: the owner sends the transaction or signed for it.
///
/// Priority. For each content hash the record with the earliest claim time is the first work. Equal times leave the one
/// that stood first. A claim's time is
/// - the block's time for {register} and {registerFor},
/// - the commit's block time for {reveal},
/// - the batch's block time for {promote} and {promoteFor}.
/// The last two reach back, so a record proved later may take first place from one registered in between. Nothing is
/// rewritten: the displaced record stays readable, {firstWork} changes and {PriorityClaimed} says so. The same record
/// proved again with an earlier time moves its claim time back ({ClaimAdvanced}), never forward; so nobody can spoil a
/// claim by anchoring or promoting somebody else's record at a later time.
///
/// Front-running. A direct registration shows its content hash in the mempool, and whoever sees it may register a
/// record of their own first. Content not yet public is therefore committed first, or anchored in a batch: both hide it
/// behind a digest, and both bind the owner inside that digest, so a copied commitment or root serves only the one it
/// was copied from. Whoever copies an opened record gets a later claim time and is displaced. A commit and a direct
/// registration in the same block tie, and the registration keeps its place: whoever made it knew the content when the
/// commitment still hid it.
interface IWorkRegistry {
    /// @notice How a claim came here.
    enum Lane {
        Direct,
        Relayed,
        Revealed,
        Promoted
    }

    /// @notice What is stored of a work, in one slot; the rest is in its digest and in {WorkRegistered}.
    /// @param owner Who owns it now; zero for an unknown work.
    /// @param claimedAt Claim time, Unix seconds.
    /// @param lane How the claim time was proved.
    /// @param corrections How many corrections were appended.
    struct Work {
        address owner;
        uint48 claimedAt;
        Lane lane;
        uint32 corrections;
    }

    /// @notice What is stored of a batch, in one slot. Its root is bound by its id.
    /// @param submitter Who anchored it; zero for an unknown batch.
    /// @param timestamp Time of its block, Unix seconds.
    /// @param size Number of leaves.
    struct Batch {
        address submitter;
        uint48 timestamp;
        uint32 size;
    }

    /// @notice A record was registered.
    event WorkRegistered(
        bytes32 indexed workId,
        bytes32 indexed contentHash,
        address indexed owner,
        bytes32 code,
        bytes32 fingerprintRoot,
        bytes32 modelDigest,
        string mediaType,
        string metadataCid,
        uint48 claimedAt,
        Lane lane
    );

    /// @notice `workId` proved an earlier claim to the content than `displacedWorkId`, which stood first until now.
    event PriorityClaimed(bytes32 indexed contentHash, bytes32 indexed workId, bytes32 indexed displacedWorkId);

    /// @notice A registered record was proved to be older than its claim time said.
    event ClaimAdvanced(bytes32 indexed workId, uint48 previousClaimedAt, uint48 claimedAt, Lane lane);

    /// @notice `sender` committed to a record that is still hidden.
    event Committed(address indexed sender, bytes32 indexed commitment, uint48 committedAt);

    /// @notice A batch was anchored. `head == keccak256(abi.encode(previousHead, batchId, root, size, submitter, timestamp))`.
    event BatchRegistered(
        bytes32 indexed batchId,
        bytes32 indexed root,
        address indexed submitter,
        uint32 size,
        uint48 timestamp,
        bytes32 previousHead,
        bytes32 head,
        string metadataCid
    );

    /// @notice `from` offered the work to `to`.
    event TransferOffered(bytes32 indexed workId, address indexed from, address indexed to);

    /// @notice `from` took the offer to `to` back.
    event TransferCancelled(bytes32 indexed workId, address indexed from, address indexed to);

    /// @notice `to` accepted the work from `from`.
    event WorkTransferred(bytes32 indexed workId, address indexed from, address indexed to);

    /// @notice The owner appended correction `number` (counted from 1) to a work.
    event CorrectionAppended(
        bytes32 indexed workId, uint32 indexed number, address indexed owner, bytes32 correctionDigest, string metadataCid
    );

    /// @notice The content has a first work whose claim is not later.
    error ContentAlreadyRegistered(bytes32 workId, address owner, uint48 claimedAt);

    /// @notice This very record is registered, with a claim that is not later.
    error WorkAlreadyRegistered(bytes32 workId, address owner, uint48 claimedAt);

    /// @notice A record must name its content.
    error ZeroContentHash();

    /// @notice Only the owner named in the record may do this.
    error NotRecordOwner(address caller, address owner);

    /// @notice Only the work's present owner may do this.
    error NotWorkOwner(address caller, address owner);

    /// @notice No such work.
    error UnknownWork(bytes32 workId);

    /// @notice The signature's deadline has passed.
    error SignatureExpired(uint256 deadline);

    /// @notice `signer` did not sign this, under its next nonce, for this contract on this chain.
    error InvalidSignature(address signer);

    /// @notice The sender made this commitment before; its time stands.
    error CommitmentExists(bytes32 commitment, uint48 committedAt);

    /// @notice The sender never made this commitment.
    error UnknownCommitment(bytes32 commitment);

    /// @notice A commitment opens in a later block than it was made in.
    error CommitmentTooYoung(uint256 committedBlock);

    /// @notice The commitment's time has run out.
    error CommitmentExpired(uint256 expiredAt);

    /// @notice A batch needs at least one leaf.
    error EmptyBatch();

    /// @notice This submitter anchored this root before.
    error AlreadyAnchored(bytes32 batchId);

    /// @notice No such batch.
    error UnknownBatch(bytes32 batchId);

    /// @notice The path does not lead from the work to the batch's root.
    error NotInBatch(bytes32 batchId, bytes32 workId);

    /// @notice A work can be offered neither to nobody nor to its owner.
    error InvalidRecipient(address to);

    /// @notice The work is not offered to anybody.
    error NoTransferOffer(bytes32 workId);

    /// @notice The work is offered to somebody else.
    error NotOfferedTo(address caller, address to);

    /// @notice Registers a record; its owner sends the transaction.
    /// @return workId The record's digest.
    function register(WorkRecord calldata record) external returns (bytes32 workId);

    /// @notice Registers a record for its owner; anybody may send it.
    /// @param record The record.
    /// @param deadline Unix seconds after which the signature is void.
    /// @param signature The owner's EIP-712 signature over `Registration(WorkRecord record,uint256 nonce,uint256 deadline)`
    /// with the owner's next nonce; ERC-1271 contract accounts sign in their own way.
    /// @return workId The record's digest.
    function registerFor(WorkRecord calldata record, uint256 deadline, bytes calldata signature)
        external
        returns (bytes32 workId);

    /// @notice Fixes a point in time for a record that stays hidden. Kept by sender, so nobody can overwrite, use up or
    /// replay another's commitment; made once, so its time never moves.
    /// @param commitment {hashCommitment} of the sender, the work's id and 32 random bytes.
    function commit(bytes32 commitment) external;

    /// @notice Opens a commitment: registers the record with the commitment's time. The committer must be the record's
    /// owner. Possible from the block after the commitment until {MAX_COMMIT_AGE} seconds after it.
    /// @return workId The record's digest.
    function reveal(WorkRecord calldata record, bytes32 salt) external returns (bytes32 workId);

    /// @notice Anchors thousands of works under one RFC 6962 root whose leaves are their 32-byte ids.
    /// @param root The root.
    /// @param size Number of leaves. Stated by the submitter: it fixes the shape that paths are checked against.
    /// @param metadataCid IPFS CID of the list of leaves.
    /// @return batchId {batchIdOf} root and sender. The same root by another sender is another batch.
    function registerBatch(bytes32 root, uint32 size, string calldata metadataCid) external returns (bytes32 batchId);

    /// @notice Makes a leaf of a batch a record of its own with the batch's time; its owner sends the transaction.
    /// @param batchId The batch.
    /// @param index The leaf's position.
    /// @param path Siblings from leaf to root.
    /// @param record The record behind the leaf.
    /// @return workId The record's digest.
    function promote(bytes32 batchId, uint256 index, bytes32[] calldata path, WorkRecord calldata record)
        external
        returns (bytes32 workId);

    /// @notice Like {promote}, sent by anybody with the owner's standing consent.
    /// @param signature The owner's EIP-712 signature over the bare `WorkRecord`, given when the work entered the batch.
    /// It needs neither nonce nor deadline: it says "this record is mine", and a record exists at most once.
    /// @return workId The record's digest.
    function promoteFor(
        bytes32 batchId,
        uint256 index,
        bytes32[] calldata path,
        WorkRecord calldata record,
        bytes calldata signature
    ) external returns (bytes32 workId);

    /// @notice Offers a work to `to`; a new offer replaces the one before. The record and its claim time stay.
    function offerTransfer(bytes32 workId, address to) external;

    /// @notice Takes the offer back.
    function cancelTransfer(bytes32 workId) external;

    /// @notice Takes over an offered work.
    function acceptTransfer(bytes32 workId) external;

    /// @notice Appends a correction; the record stays as it was registered.
    /// @param correctionDigest SHA-256 of the correction.
    /// @param metadataCid IPFS CID of the corrected metadata.
    function correct(bytes32 workId, bytes32 correctionDigest, string calldata metadataCid) external;

    /// @notice How long a commitment can be opened, in seconds. It bounds how late a hidden commitment can displace a
    /// registered work.
    function MAX_COMMIT_AGE() external view returns (uint256);

    /// @notice A work; all zero when unknown.
    function work(bytes32 workId) external view returns (Work memory);

    /// @notice Id of the record with the earliest claim to this content; zero when there is none.
    function firstWork(bytes32 contentHash) external view returns (bytes32 workId);

    /// @notice The nonce that an owner's next registration signature must carry.
    function nonces(address owner) external view returns (uint256);

    /// @notice To whom a work is offered; zero when to nobody.
    function offeredTo(bytes32 workId) external view returns (address);

    /// @notice Time of a commitment, Unix seconds; zero when it was never made.
    function committedAt(address sender, bytes32 commitment) external view returns (uint48);

    /// @notice A batch; all zero when unknown.
    function batch(bytes32 batchId) external view returns (Batch memory);

    /// @notice Head of the chain of batches. Starts as `keccak256(abi.encode(tag, chainId, registry))` with
    /// `tag = keccak256("Colophon batch log v1")`.
    function batchHead() external view returns (bytes32);

    /// @notice Whether `workId` is leaf `index` of a batch. False, too, for an unknown batch or a malformed path.
    function verifyInclusion(bytes32 batchId, uint256 index, bytes32[] calldata path, bytes32 workId)
        external
        view
        returns (bool);

    /// @notice The record's digest, which is the work's id.
    function hashRecord(WorkRecord calldata record) external pure returns (bytes32 workId);

    /// @notice `keccak256(abi.encode(sender, workId, salt))`.
    function hashCommitment(address sender, bytes32 workId, bytes32 salt) external pure returns (bytes32);

    /// @notice `keccak256(abi.encode(root, submitter))`: known before the batch is sent.
    function batchIdOf(bytes32 root, address submitter) external pure returns (bytes32);
}
