// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {WorkRegistry} from "../../../contracts/WorkRegistry.sol";
import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {WorkRecord} from "../../../contracts/libraries/WorkRecords.sol";
import {ReferenceTree} from "./MerkleHarness.sol";
import {Records} from "./Records.sol";
import {TestBase} from "./TestBase.sol";

/// @dev Four people race for three contents through every lane. The handler predicts the outcome of each call from what
/// happened before; a call that goes another way reverts, and with it the run.
contract RegistryHandler is TestBase {
    uint256 private constant PEOPLE = 4;
    uint256 private constant CONTENTS = 3;
    uint256 private constant BATCH_SIZE = 5;

    struct KnownWork {
        bytes32 workId;
        uint256 content;
        address owner;
        uint48 claimedAt;
        uint32 corrections;
    }

    struct KnownBatch {
        bytes32 batchId;
        bytes32 root;
        address submitter;
        uint48 timestamp;
        WorkRecord[BATCH_SIZE] records;
    }

    struct KnownCommit {
        address sender;
        bytes32 commitment;
        uint48 committedAt;
        uint256 committedBlock;
    }

    WorkRegistry public immutable registry = new WorkRegistry();

    KnownWork[] private _works;
    KnownBatch[] private _batches;
    KnownCommit[] private _commits;
    mapping(bytes32 workId => uint256 place) private _placeOf;
    mapping(address sender => mapping(bytes32 commitment => uint256 place)) private _commitPlaceOf;
    mapping(address owner => uint256) private _relayed;
    mapping(bytes32 workId => address) private _offers;

    function register(uint256 person, uint256 content, uint256 variant) external {
        WorkRecord memory record = _record(person, content, variant);
        bool isDue = _isDue(record, content, uint48(block.timestamp));
        vm.prank(record.owner);
        try registry.register(record) {
            _accept(record, content, uint48(block.timestamp), isDue);
        } catch {
            assertTrue(!isDue, "register refused");
        }
    }

    function registerFor(uint256 person, uint256 content, uint256 variant, uint8 nonceError) external {
        WorkRecord memory record = _record(person, content, variant);
        nonceError %= 4;
        bool isDue = nonceError == 0 && _isDue(record, content, uint48(block.timestamp));
        bytes32 digest = Records.registrationDigest(
            record, registry.nonces(record.owner) + nonceError, block.timestamp, address(registry)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(person), digest);
        try registry.registerFor(record, block.timestamp, bytes.concat(r, s, bytes1(v))) {
            _relayed[record.owner] += 1;
            _accept(record, content, uint48(block.timestamp), isDue);
        } catch {
            assertTrue(!isDue, "registerFor refused");
        }
    }

    function commit(uint256 person, uint256 content, uint256 variant, uint256 sender) external {
        WorkRecord memory record = _record(person, content, variant);
        address from = _person(sender);
        bytes32 commitment = keccak256(abi.encode(record.owner, Records.hash(record), bytes32("salt")));
        bool isDue = _commitPlaceOf[from][commitment] == 0;
        vm.prank(from);
        try registry.commit(commitment) {
            assertTrue(isDue, "commit overwritten");
            _commits.push(KnownCommit(from, commitment, uint48(block.timestamp), block.number));
            _commitPlaceOf[from][commitment] = _commits.length;
        } catch {
            assertTrue(!isDue, "commit refused");
        }
    }

    function reveal(uint256 person, uint256 content, uint256 variant) external {
        WorkRecord memory record = _record(person, content, variant);
        bytes32 commitment = keccak256(abi.encode(record.owner, Records.hash(record), bytes32("salt")));
        uint256 place = _commitPlaceOf[record.owner][commitment];
        KnownCommit memory made;
        if (place != 0) made = _commits[place - 1];
        bool isDue = place != 0 && block.number > made.committedBlock
            && block.timestamp <= made.committedAt + 7 days && _isDue(record, content, made.committedAt);
        vm.prank(record.owner);
        try registry.reveal(record, "salt") {
            _accept(record, content, made.committedAt, isDue);
        } catch {
            assertTrue(!isDue, "reveal refused");
        }
    }

    function registerBatch(uint256 submitter, uint256 seed) external {
        WorkRecord[BATCH_SIZE] memory records;
        bytes32[] memory leaves = new bytes32[](BATCH_SIZE);
        // Few different batches, so that some come twice and from several submitters.
        seed %= 8;
        for (uint256 i = 0; i < BATCH_SIZE; ++i) {
            records[i] = _record(seed + i, seed * 7 + i, (seed >> 1) + i);
            leaves[i] = Records.hash(records[i]);
        }
        bytes32 root = ReferenceTree.root(leaves, 0, BATCH_SIZE);
        address from = _person(submitter);
        bool isDue = true;
        for (uint256 i = 0; i < _batches.length; ++i) {
            if (_batches[i].root == root && _batches[i].submitter == from) isDue = false;
        }
        vm.prank(from);
        try registry.registerBatch(root, uint32(BATCH_SIZE), "bafy") returns (bytes32 batchId) {
            assertTrue(isDue, "anchored twice");
            KnownBatch storage known = _batches.push();
            known.batchId = batchId;
            known.root = root;
            known.submitter = from;
            known.timestamp = uint48(block.timestamp);
            for (uint256 i = 0; i < BATCH_SIZE; ++i) {
                known.records[i] = records[i];
            }
        } catch {
            assertTrue(!isDue, "batch refused");
        }
    }

    function promote(uint256 which, uint256 index) external {
        if (_batches.length == 0) return;
        KnownBatch storage known = _batches[which % _batches.length];
        index %= BATCH_SIZE;
        bytes32[] memory leaves = new bytes32[](BATCH_SIZE);
        for (uint256 i = 0; i < BATCH_SIZE; ++i) {
            leaves[i] = Records.hash(known.records[i]);
        }
        WorkRecord memory record = known.records[index];
        uint256 content = uint256(record.contentHash) - 1;
        bool isDue = _isDue(record, content, known.timestamp);
        bytes32[] memory path = ReferenceTree.path(leaves, index);
        vm.prank(record.owner);
        try registry.promote(known.batchId, index, path, record) {
            _accept(record, content, known.timestamp, isDue);
        } catch {
            assertTrue(!isDue, "promote refused");
        }
    }

    function offerTransfer(uint256 which, uint256 from, uint256 to) external {
        if (_works.length == 0) return;
        KnownWork storage known = _works[which % _works.length];
        bool isDue = known.owner == _person(from) && known.owner != _person(to);
        vm.prank(_person(from));
        try registry.offerTransfer(known.workId, _person(to)) {
            assertTrue(isDue, "offered by a stranger");
            _offers[known.workId] = _person(to);
        } catch {
            assertTrue(!isDue, "offer refused");
        }
    }

    function cancelTransfer(uint256 which, uint256 from) external {
        if (_works.length == 0) return;
        KnownWork storage known = _works[which % _works.length];
        bool isDue = known.owner == _person(from) && _offers[known.workId] != address(0);
        vm.prank(_person(from));
        try registry.cancelTransfer(known.workId) {
            assertTrue(isDue, "cancelled by a stranger");
            _offers[known.workId] = address(0);
        } catch {
            assertTrue(!isDue, "cancel refused");
        }
    }

    function acceptTransfer(uint256 which, uint256 to) external {
        if (_works.length == 0) return;
        KnownWork storage known = _works[which % _works.length];
        bool isDue = _offers[known.workId] == _person(to);
        vm.prank(_person(to));
        try registry.acceptTransfer(known.workId) {
            assertTrue(isDue, "accepted by a stranger");
            known.owner = _person(to);
            _offers[known.workId] = address(0);
        } catch {
            assertTrue(!isDue, "accept refused");
        }
    }

    function correct(uint256 which, uint256 person) external {
        if (_works.length == 0) return;
        KnownWork storage known = _works[which % _works.length];
        bool isDue = known.owner == _person(person);
        vm.prank(_person(person));
        try registry.correct(known.workId, keccak256("correction"), "bafy") {
            assertTrue(isDue, "corrected by a stranger");
            known.corrections += 1;
        } catch {
            assertTrue(!isDue, "correction refused");
        }
    }

    function pass(uint32 time) external {
        mine(time % 3 days);
    }

    /// @dev The earliest claim wins; of equal ones, the one that was there first.
    function checkFirstWorks() external view {
        for (uint256 content = 0; content < CONTENTS; ++content) {
            bytes32 first;
            uint48 earliest = type(uint48).max;
            for (uint256 i = 0; i < _works.length; ++i) {
                uint48 claimedAt = registry.work(_works[i].workId).claimedAt;
                if (_works[i].content == content && claimedAt < earliest) {
                    first = _works[i].workId;
                    earliest = claimedAt;
                }
            }
            assertEq(registry.firstWork(bytes32(content + 1)), first, "first work");
        }
    }

    /// @dev Works, batches and commitments stay, and change only by the actions that may change them.
    function checkNothingIsRewritten() external view {
        for (uint256 i = 0; i < _works.length; ++i) {
            IWorkRegistry.Work memory found = registry.work(_works[i].workId);
            assertEq(found.owner, _works[i].owner, "owner");
            assertEq(found.claimedAt, _works[i].claimedAt, "claimed at");
            assertEq(found.corrections, _works[i].corrections, "corrections");
            assertEq(registry.offeredTo(_works[i].workId), _offers[_works[i].workId], "offer");
        }
        for (uint256 i = 0; i < _batches.length; ++i) {
            IWorkRegistry.Batch memory found = registry.batch(_batches[i].batchId);
            assertEq(found.submitter, _batches[i].submitter, "submitter");
            assertEq(found.timestamp, _batches[i].timestamp, "batch time");
            assertEq(found.size, BATCH_SIZE, "batch size");
        }
        for (uint256 i = 0; i < _commits.length; ++i) {
            uint48 found = registry.committedAt(_commits[i].sender, _commits[i].commitment);
            assertEq(found, _commits[i].committedAt, "commit time");
        }
    }

    /// @dev A nonce is the number of relayed registrations, so it moves by one and never back.
    function checkNonces() external view {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            assertEq(registry.nonces(_person(i)), _relayed[_person(i)], "nonce");
        }
    }

    /// @dev The head is what replaying all batches gives.
    function checkBatchHead() external view {
        bytes32 head = keccak256(abi.encode(keccak256("Colophon batch log v1"), block.chainid, address(registry)));
        for (uint256 i = 0; i < _batches.length; ++i) {
            KnownBatch storage known = _batches[i];
            head = keccak256(
                abi.encode(
                    head, known.batchId, known.root, uint32(BATCH_SIZE), known.submitter, known.timestamp
                )
            );
        }
        assertEq(registry.batchHead(), head, "head");
    }

    function _accept(WorkRecord memory record, uint256 content, uint48 claimedAt, bool isDue) private {
        assertTrue(isDue, "accepted against the rules");
        bytes32 workId = Records.hash(record);
        uint256 place = _placeOf[workId];
        if (place == 0) {
            _works.push(KnownWork(workId, content % CONTENTS, record.owner, claimedAt, 0));
            _placeOf[workId] = _works.length;
        } else {
            _works[place - 1].claimedAt = claimedAt;
        }
    }

    /// @dev Whether a claim of this time must be accepted: it is earlier than every claim to the same content.
    function _isDue(WorkRecord memory record, uint256 content, uint48 claimedAt) private view returns (bool) {
        assertEq(record.contentHash, bytes32(content % CONTENTS + 1), "content");
        for (uint256 i = 0; i < _works.length; ++i) {
            if (_works[i].content == content % CONTENTS && _works[i].claimedAt <= claimedAt) return false;
        }
        return true;
    }

    function _record(uint256 person, uint256 content, uint256 variant) private pure returns (WorkRecord memory) {
        return Records.make(bytes32(content % CONTENTS + 1), _person(person), variant % 2);
    }

    function _person(uint256 person) private pure returns (address) {
        return vm.addr(_key(person));
    }

    function _key(uint256 person) private pure returns (uint256) {
        return 0xbeef + person % PEOPLE;
    }
}
