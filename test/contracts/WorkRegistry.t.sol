// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {WorkRegistry} from "../../contracts/WorkRegistry.sol";
import {IWorkRegistry} from "../../contracts/interfaces/IWorkRegistry.sol";
import {WorkRecord} from "../../contracts/libraries/WorkRecords.sol";
import {ReferenceTree} from "./support/MerkleHarness.sol";
import {Records} from "./support/Records.sol";
import {TestBase} from "./support/TestBase.sol";

contract WorkRegistryTest is TestBase {
    uint256 private constant KEY = 0xa11ce;

    WorkRegistry private _registry;
    address private _owner;

    function setUp() public {
        _registry = new WorkRegistry();
        _owner = vm.addr(KEY);
        vm.warp(1_700_000_000);
        vm.roll(1000);
    }

    function testFuzz_HashesEveryField(
        bytes32 contentHash,
        bytes32 code,
        bytes32 fingerprintRoot,
        bytes32 modelDigest,
        string calldata mediaType,
        string calldata metadataCid,
        address owner
    ) public view {
        WorkRecord memory record =
            WorkRecord(contentHash, code, fingerprintRoot, modelDigest, mediaType, metadataCid, owner);
        assertEq(_registry.hashRecord(record), Records.hash(record), "work id");
    }

    function testFuzz_OnlyTheOwnerRegisters(bytes32 contentHash, address owner, address caller) public {
        vm.assume(contentHash != 0 && owner != caller && owner != address(0));
        WorkRecord memory record = Records.make(contentHash, owner, 0);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.NotRecordOwner.selector, caller, owner));
        vm.prank(caller);
        _registry.register(record);

        vm.prank(owner);
        bytes32 workId = _registry.register(record);
        _assertWork(workId, owner, block.timestamp, IWorkRegistry.Lane.Direct);
        assertEq(_registry.firstWork(contentHash), workId, "first work");
    }

    function testFuzz_TheFirstRegistrationStays(bytes32 contentHash, address first, address second, uint32 gap) public {
        vm.assume(contentHash != 0 && first != second && first != address(0) && second != address(0));
        uint48 firstTime = uint48(block.timestamp);
        vm.prank(first);
        bytes32 workId = _registry.register(Records.make(contentHash, first, 0));
        vm.warp(block.timestamp + gap);

        bytes memory refusal =
            abi.encodeWithSelector(IWorkRegistry.ContentAlreadyRegistered.selector, workId, first, firstTime);
        vm.expectRevert(refusal);
        vm.prank(second);
        _registry.register(Records.make(contentHash, second, 0));
        // Nor may its own owner register it once more with other metadata.
        vm.expectRevert(refusal);
        vm.prank(first);
        _registry.register(Records.make(contentHash, first, 1));

        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.WorkAlreadyRegistered.selector, workId, first, firstTime)
        );
        vm.prank(first);
        _registry.register(Records.make(contentHash, first, 0));
    }

    function testFuzz_RelayedRegistrationNeedsTheOwnersSignature(bytes32 contentHash, uint256 otherKey, uint32 lifetime)
        public
    {
        vm.assume(contentHash != 0);
        otherKey = within(otherKey, 1, type(uint128).max);
        vm.assume(otherKey != KEY);
        WorkRecord memory record = Records.make(contentHash, _owner, 0);
        uint256 deadline = block.timestamp + lifetime;
        bytes32 digest = Records.registrationDigest(record, 0, deadline, address(_registry));

        bytes memory forged = _sign(otherKey, digest);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, _owner));
        _registry.registerFor(record, deadline, forged);
        assertEq(_registry.nonces(_owner), 0, "nonce after refusal");

        bytes32 workId = _registry.registerFor(record, deadline, _sign(KEY, digest));
        _assertWork(workId, _owner, block.timestamp, IWorkRegistry.Lane.Relayed);
        assertEq(_registry.nonces(_owner), 1, "nonce");
    }

    function testFuzz_ASignatureSpeaksForOneRecordNonceAndDeadline(bytes32 contentHash, uint256 nonce, uint256 deadline)
        public
    {
        vm.assume(contentHash != 0);
        uint256 signedDeadline = block.timestamp + 1 hours;
        deadline = within(deadline, block.timestamp, type(uint256).max);
        vm.assume(nonce != 0 && deadline != signedDeadline);
        WorkRecord memory record = Records.make(contentHash, _owner, 0);
        WorkRecord memory other = Records.make(contentHash, _owner, 1);
        bytes memory refusal = abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, _owner);

        bytes memory signature =
            _sign(KEY, Records.registrationDigest(record, nonce, signedDeadline, address(_registry)));
        vm.expectRevert(refusal);
        _registry.registerFor(record, signedDeadline, signature);

        signature = _sign(KEY, Records.registrationDigest(record, 0, signedDeadline, address(_registry)));
        vm.expectRevert(refusal);
        _registry.registerFor(record, deadline, signature);
        vm.expectRevert(refusal);
        _registry.registerFor(other, signedDeadline, signature);

        signature = _sign(KEY, Records.registrationDigest(record, 0, signedDeadline, address(this)));
        vm.expectRevert(refusal);
        _registry.registerFor(record, signedDeadline, signature);
    }

    function testFuzz_AnExpiredSignatureIsVoid(bytes32 contentHash, uint32 late) public {
        vm.assume(contentHash != 0 && late != 0);
        WorkRecord memory record = Records.make(contentHash, _owner, 0);
        uint256 deadline = block.timestamp;
        bytes memory signature = _sign(KEY, Records.registrationDigest(record, 0, deadline, address(_registry)));
        vm.warp(deadline + late);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.SignatureExpired.selector, deadline));
        _registry.registerFor(record, deadline, signature);
    }

    function test_NobodySignsForTheZeroAddress() public {
        WorkRecord memory record = Records.make("content", address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, address(0)));
        _registry.registerFor(record, block.timestamp, new bytes(65));
    }

    function testFuzz_ARevealHasTheCommitsTime(bytes32 contentHash, bytes32 salt, uint256 age) public {
        vm.assume(contentHash != 0);
        WorkRecord memory record = Records.make(contentHash, _owner, 0);
        uint256 committedAt = block.timestamp;
        _commit(_owner, record, salt);
        mine(within(age, 0, _registry.MAX_COMMIT_AGE()));
        vm.prank(_owner);
        bytes32 workId = _registry.reveal(record, salt);
        _assertWork(workId, _owner, committedAt, IWorkRegistry.Lane.Revealed);
    }

    function testFuzz_ACommitmentDisplacesWhoeverCopiedIt(bytes32 contentHash, bytes32 salt, address thief, uint32 gap)
        public
    {
        vm.assume(contentHash != 0 && thief != _owner && thief != address(0));
        WorkRecord memory record = Records.make(contentHash, _owner, 0);
        _commit(_owner, record, salt);
        mine(1 + within(gap, 0, 6 days));

        vm.prank(thief);
        bytes32 stolen = _registry.register(Records.make(contentHash, thief, 0));
        uint256 stolenAt = block.timestamp;
        assertEq(_registry.firstWork(contentHash), stolen, "for a moment");
        vm.prank(_owner);
        bytes32 workId = _registry.reveal(record, salt);
        assertEq(_registry.firstWork(contentHash), workId, "first work");
        _assertWork(stolen, thief, stolenAt, IWorkRegistry.Lane.Direct);
    }

    function testFuzz_ACommitmentServesItsSenderOnly(bytes32 contentHash, bytes32 salt, address thief) public {
        vm.assume(contentHash != 0 && thief != _owner && thief != address(0));
        WorkRecord memory record = Records.make(contentHash, _owner, 0);
        bytes32 commitment = _commit(_owner, record, salt);
        uint256 committedAt = block.timestamp;
        mine(12);
        // A copy of the commitment neither touches the original nor opens anything.
        vm.prank(thief);
        _registry.commit(commitment);
        mine(12);
        assertEq(_registry.committedAt(_owner, commitment), committedAt, "time of the original");

        WorkRecord memory stolen = Records.make(contentHash, thief, 0);
        bytes32 wanted = keccak256(abi.encode(thief, Records.hash(stolen), salt));
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownCommitment.selector, wanted));
        vm.prank(thief);
        _registry.reveal(stolen, salt);

        vm.prank(_owner);
        _assertWork(_registry.reveal(record, salt), _owner, committedAt, IWorkRegistry.Lane.Revealed);
    }

    function testFuzz_ARepeatedCommitKeepsItsTime(bytes32 commitment, uint32 gap) public {
        uint48 committedAt = uint48(block.timestamp);
        vm.prank(_owner);
        _registry.commit(commitment);
        mine(gap);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.CommitmentExists.selector, commitment, committedAt));
        vm.prank(_owner);
        _registry.commit(commitment);
        assertEq(_registry.committedAt(_owner, commitment), committedAt, "time");
    }

    function testFuzz_ACommitmentOpensNeitherAtOnceNorForEver(bytes32 salt, uint32 late) public {
        vm.assume(late != 0);
        WorkRecord memory record = Records.make("content", _owner, 0);
        uint256 expiresAt = block.timestamp + 7 days;
        _commit(_owner, record, salt);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.CommitmentTooYoung.selector, block.number));
        vm.prank(_owner);
        _registry.reveal(record, salt);

        vm.warp(expiresAt + late);
        vm.roll(block.number + 1);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.CommitmentExpired.selector, expiresAt));
        vm.prank(_owner);
        _registry.reveal(record, salt);
    }

    function test_ACommitmentOpensUpToItsLastSecond() public {
        WorkRecord memory record = Records.make("content", _owner, 0);
        _commit(_owner, record, "salt");
        mine(7 days);
        vm.prank(_owner);
        _assertWork(
            _registry.reveal(record, "salt"), _owner, block.timestamp - 7 days, IWorkRegistry.Lane.Revealed
        );
    }

    function test_ATieLeavesTheOneThatStoodFirst() public {
        WorkRecord memory record = Records.make("content", _owner, 0);
        _commit(_owner, record, "salt");
        uint48 time = uint48(block.timestamp);
        address other = address(0xb0b);
        vm.prank(other);
        bytes32 workId = _registry.register(Records.make("content", other, 0));
        mine(12);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.ContentAlreadyRegistered.selector, workId, other, time)
        );
        vm.prank(_owner);
        _registry.reveal(record, "salt");
    }

    function testFuzz_EveryLeafOfABatchCanBePromoted(uint256 size, uint256 index, uint32 gap, bool isRelayed) public {
        (WorkRecord memory record, bytes32[] memory leaves) = _batchWith(within(size, 1, 40), index);
        index = index % leaves.length;
        bytes32 batchId = _anchor(leaves);
        uint256 anchoredAt = block.timestamp;
        mine(gap);
        bytes32[] memory path = ReferenceTree.path(leaves, index);
        assertTrue(_registry.verifyInclusion(batchId, index, path, leaves[index]), "included");

        bytes32 workId;
        if (isRelayed) {
            bytes memory consent = _sign(KEY, Records.typedDataDigest(address(_registry), leaves[index]));
            workId = _registry.promoteFor(batchId, index, path, record, consent);
        } else {
            vm.prank(_owner);
            workId = _registry.promote(batchId, index, path, record);
        }
        assertEq(workId, leaves[index], "work id");
        _assertWork(workId, _owner, anchoredAt, IWorkRegistry.Lane.Promoted);
    }

    function testFuzz_OnlyLeavesOfTheBatchArePromoted(uint256 size, uint256 index, bytes32 contentHash) public {
        (WorkRecord memory record, bytes32[] memory leaves) = _batchWith(within(size, 2, 40), index);
        index = index % leaves.length;
        vm.assume(contentHash != record.contentHash);
        bytes32 batchId = _anchor(leaves);
        bytes32[] memory path = ReferenceTree.path(leaves, index);
        WorkRecord memory outsider = Records.make(contentHash, _owner, 0);
        bytes32 outsiderId = Records.hash(outsider);
        assertTrue(!_registry.verifyInclusion(batchId, index, path, outsiderId), "not included");
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.NotInBatch.selector, batchId, outsiderId));
        vm.prank(_owner);
        _registry.promote(batchId, index, path, outsider);

        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.NotInBatch.selector, batchId, leaves[index]));
        vm.prank(_owner);
        _registry.promote(batchId, (index + 1) % leaves.length, path, record);

        bytes32 nowhere = ~batchId;
        assertTrue(!_registry.verifyInclusion(nowhere, index, path, leaves[index]), "unknown batch");
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownBatch.selector, nowhere));
        vm.prank(_owner);
        _registry.promote(nowhere, index, path, record);
    }

    function testFuzz_APathIsNotLongerThanItsTree(uint256 size, uint256 index, bytes32 surplus) public {
        (, bytes32[] memory leaves) = _batchWith(within(size, 1, 40), index);
        index = index % leaves.length;
        bytes32 batchId = _anchor(leaves);
        bytes32[] memory path = ReferenceTree.path(leaves, index);
        bytes32[] memory longer = new bytes32[](path.length + 1);
        for (uint256 i = 0; i < path.length; ++i) {
            longer[i] = path[i];
        }
        longer[path.length] = surplus;
        assertTrue(!_registry.verifyInclusion(batchId, index, longer, leaves[index]), "surplus node");
    }

    function testFuzz_ALaterBatchCannotSpoilAnEarlierOne(uint32 gap, uint32 secondGap, address stranger) public {
        vm.assume(gap != 0 && stranger != address(this) && stranger != address(0));
        (WorkRecord memory record, bytes32[] memory leaves) = _batchWith(5, 2);
        bytes32 earlier = _anchor(leaves);
        uint256 earlierTime = block.timestamp;
        mine(gap);
        bytes32[] memory path = ReferenceTree.path(leaves, 2);
        bytes memory consent = _sign(KEY, Records.typedDataDigest(address(_registry), leaves[2]));
        // A stranger anchors the same root again, later, and promotes the owner's leaf from there.
        bytes32 root = ReferenceTree.root(leaves, 0, leaves.length);
        vm.prank(stranger);
        bytes32 later = _registry.registerBatch(root, 5, "bafy");
        vm.prank(stranger);
        _registry.promoteFor(later, 2, path, record, consent);
        _assertWork(leaves[2], _owner, earlierTime + gap, IWorkRegistry.Lane.Promoted);

        mine(secondGap);
        _registry.promoteFor(earlier, 2, path, record, consent);
        _assertWork(leaves[2], _owner, earlierTime, IWorkRegistry.Lane.Promoted);

        vm.expectRevert(
            abi.encodeWithSelector(
                IWorkRegistry.WorkAlreadyRegistered.selector, leaves[2], _owner, uint48(earlierTime)
            )
        );
        _registry.promoteFor(later, 2, path, record, consent);
    }

    function testFuzz_HeadsChain(bytes32[8] calldata roots, uint32[8] calldata sizes, uint16[8] calldata gaps) public {
        bytes32 head =
            keccak256(abi.encode(keccak256("Colophon batch log v1"), block.chainid, address(_registry)));
        assertEq(_registry.batchHead(), head, "genesis");
        for (uint256 i = 0; i < 8; ++i) {
            mine(gaps[i]);
            bytes32 root = keccak256(abi.encode(roots[i], i));
            if (sizes[i] == 0) {
                vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.EmptyBatch.selector));
                _registry.registerBatch(root, 0, "bafy");
                continue;
            }
            bytes32 batchId = _registry.registerBatch(root, sizes[i], "bafy");
            assertEq(batchId, keccak256(abi.encode(root, address(this))), "batch id");
            head = keccak256(abi.encode(head, batchId, root, sizes[i], address(this), uint48(block.timestamp)));
            assertEq(_registry.batchHead(), head, "head");

            vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.AlreadyAnchored.selector, batchId));
            _registry.registerBatch(root, sizes[i], "bafy");
            assertEq(_registry.batchHead(), head, "head after refusal");
        }
    }

    function _assertWork(bytes32 workId, address owner, uint256 claimedAt, IWorkRegistry.Lane lane) private view {
        IWorkRegistry.Work memory found = _registry.work(workId);
        assertEq(found.owner, owner, "owner");
        assertEq(found.claimedAt, claimedAt, "claimed at");
        assertEq(uint256(found.lane), uint256(lane), "lane");
    }

    function _commit(address sender, WorkRecord memory record, bytes32 salt) private returns (bytes32 commitment) {
        commitment = keccak256(abi.encode(sender, Records.hash(record), salt));
        assertEq(_registry.hashCommitment(sender, Records.hash(record), salt), commitment, "commitment");
        vm.prank(sender);
        _registry.commit(commitment);
    }

    /// @dev A batch of `size` leaves in which leaf `index % size` is a record of the owner's.
    function _batchWith(uint256 size, uint256 index)
        private
        view
        returns (WorkRecord memory record, bytes32[] memory leaves)
    {
        leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            leaves[i] = keccak256(abi.encode("somebody's work", i));
        }
        record = Records.make(keccak256(abi.encode("content", size, index)), _owner, 0);
        leaves[index % size] = Records.hash(record);
    }

    function _anchor(bytes32[] memory leaves) private returns (bytes32) {
        return _registry.registerBatch(ReferenceTree.root(leaves, 0, leaves.length), uint32(leaves.length), "bafy");
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return bytes.concat(r, s, bytes1(v));
    }
}
