// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EvidenceLedger} from "../../contracts/EvidenceLedger.sol";
import {WorkRegistry} from "../../contracts/WorkRegistry.sol";
import {IEvidenceLedger} from "../../contracts/interfaces/IEvidenceLedger.sol";
import {EvidenceClaim} from "../../contracts/libraries/EvidenceClaims.sol";
import {Segment, SegmentProof} from "../../contracts/libraries/Segments.sol";
import {WorkRecord} from "../../contracts/libraries/WorkRecords.sol";
import {ReferenceTree} from "./support/MerkleHarness.sol";
import {Records} from "./support/Records.sol";
import {TestBase} from "./support/TestBase.sol";

contract EvidenceLedgerTest is TestBase {
    address private constant OWNER = address(0xa11ce);

    WorkRegistry private _registry;
    EvidenceLedger private _ledger;

    function setUp() public {
        vm.warp(1_700_000_000);
        _registry = new WorkRegistry();
        _ledger = new EvidenceLedger(_registry, address(this), address(this));
    }

    function testFuzz_AClaimStandsWithinItsDistanceOnly(
        bytes32 code,
        uint256 flips,
        uint16 maxDistance,
        uint8 sparseness
    ) public {
        // Sparse flips, too: random ones alone would differ in about 128 bits every time.
        for (uint256 i = 0; i < sparseness % 6; ++i) {
            flips &= uint256(keccak256(abi.encode(flips, i)));
        }
        bytes32 suspectCode = code ^ bytes32(flips);
        vm.assume(code != 0 && suspectCode != 0);
        maxDistance = uint16(maxDistance % 300);
        uint256 distance = _countBits(flips);
        WorkRecord memory record = _register(code, bytes32(0));
        EvidenceClaim memory claim = _claim(record, suspectCode, maxDistance);

        if (distance > maxDistance) {
            vm.expectRevert(
                abi.encodeWithSelector(IEvidenceLedger.DistanceExceedsClaim.selector, distance, maxDistance)
            );
            _ledger.fileClaim(record, claim);
        } else {
            bytes32 claimId = _ledger.fileClaim(record, claim);
            assertEq(_ledger.claimOf(claimId).distance, distance, "distance");
        }
    }

    function testFuzz_ASegmentIsComparedWithItsOwnCode(bytes32 seed, uint256 size, uint256 index, uint256 flips)
        public
    {
        size = within(size, 1, 24);
        index = index % size;
        (Segment[] memory segments, SegmentProof memory proof, bytes32 root) = _segments(seed, size, index);
        WorkRecord memory record = _register(keccak256("the whole work's code"), root);
        bytes32 suspectCode = segments[index].code ^ bytes32(flips);
        vm.assume(suspectCode != 0);
        EvidenceClaim memory claim = _claim(record, suspectCode, 256);
        claim.segment = _leafHash(segments[index]);

        bytes32 claimId = _ledger.fileSegmentClaim(record, claim, proof);
        assertEq(_ledger.claimOf(claimId).distance, _countBits(flips), "distance");
    }

    function testFuzz_ASegmentMustBelongToTheWork(bytes32 seed, uint256 size, uint256 index, uint8 tamper) public {
        size = within(size, 2, 24);
        index = index % size;
        (Segment[] memory segments, SegmentProof memory proof, bytes32 root) = _segments(seed, size, index);
        WorkRecord memory record = _register(keccak256("code"), root);
        tamper %= 5;
        if (tamper == 0) proof.segment.code ^= bytes32(uint256(1));
        if (tamper == 1) proof.segment.locator ^= bytes32(uint256(1));
        if (tamper == 2) proof.index = uint64((index + 1) % size);
        if (tamper == 3) proof.path[proof.path.length - 1] ^= bytes32(uint256(1));
        if (tamper == 4) {
            // A surplus node behind a path that has already arrived.
            bytes32[] memory longer = new bytes32[](proof.path.length + 1);
            for (uint256 i = 0; i < proof.path.length; ++i) {
                longer[i] = proof.path[i];
            }
            proof.path = longer;
        }
        EvidenceClaim memory claim = _claim(record, segments[index].code, 256);
        claim.segment = _leafHash(proof.segment);

        vm.expectRevert(abi.encodeWithSelector(IEvidenceLedger.SegmentNotInWork.selector, claim.segment));
        _ledger.fileSegmentClaim(record, claim, proof);
    }

    function testFuzz_WithoutCodesOnlyTheSameBytesAreClaimed(bytes32 suspectHash, bytes32 code, bool isWorkWithout)
        public
    {
        vm.assume(code != 0);
        WorkRecord memory record = _register(isWorkWithout ? bytes32(0) : code, bytes32(0));
        vm.assume(suspectHash != record.contentHash);
        EvidenceClaim memory claim = _claim(record, isWorkWithout ? code : bytes32(0), 256);
        claim.suspectHash = suspectHash;
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLedger.NoComparableCode.selector));
        _ledger.fileClaim(record, claim);

        claim.suspectHash = record.contentHash;
        claim.maxDistance = 0;
        assertEq(_ledger.claimOf(_ledger.fileClaim(record, claim)).distance, 0, "distance");
    }

    function testFuzz_ReportersDoNotBlockOneAnother(address first, address second) public {
        vm.assume(first != second);
        WorkRecord memory record = _register(keccak256("code"), bytes32(0));
        EvidenceClaim memory claim = _claim(record, keccak256("code"), 0);
        claim.reporter = first;

        vm.expectRevert(abi.encodeWithSelector(IEvidenceLedger.NotReporter.selector, second, first));
        vm.prank(second);
        _ledger.fileClaim(record, claim);

        vm.prank(first);
        bytes32 firstId = _ledger.fileClaim(record, claim);
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLedger.AlreadyClaimed.selector, firstId));
        vm.prank(first);
        _ledger.fileClaim(record, claim);

        claim.reporter = second;
        vm.prank(second);
        bytes32 secondId = _ledger.fileClaim(record, claim);
        assertTrue(firstId != secondId, "two claims");
        assertEq(_ledger.claimOf(firstId).reporter, first, "first reporter");
        assertEq(_ledger.claimOf(secondId).reporter, second, "second reporter");
    }

    function _register(bytes32 code, bytes32 fingerprintRoot) private returns (WorkRecord memory record) {
        record = Records.make(keccak256("content"), OWNER, 0);
        record.code = code;
        record.fingerprintRoot = fingerprintRoot;
        vm.prank(OWNER);
        _registry.register(record);
    }

    function _claim(WorkRecord memory record, bytes32 suspectCode, uint16 maxDistance)
        private
        view
        returns (EvidenceClaim memory)
    {
        return EvidenceClaim({
            workId: Records.hash(record),
            segment: bytes32(0),
            suspectHash: keccak256("suspect"),
            suspectCode: suspectCode,
            maxDistance: maxDistance,
            similarityBps: 9_500,
            modelDigest: keccak256("model"),
            evidenceRoot: keccak256("evidence"),
            evidenceCid: "bafy",
            accused: address(0),
            reporter: address(this)
        });
    }

    function _segments(bytes32 seed, uint256 size, uint256 index)
        private
        pure
        returns (Segment[] memory segments, SegmentProof memory proof, bytes32 root)
    {
        segments = new Segment[](size);
        bytes[] memory data = new bytes[](size);
        for (uint256 i = 0; i < size; ++i) {
            segments[i] = Segment(bytes32(i << 216), keccak256(abi.encode(seed, "code", i)), keccak256(abi.encode(i)));
            data[i] = abi.encode(segments[i].locator, segments[i].code, segments[i].vectorDigest);
        }
        proof = SegmentProof(segments[index], uint64(index), uint64(size), SegmentTree.path(data, index));
        root = SegmentTree.root(data, 0, size);
    }

    function _leafHash(Segment memory segment) private pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"00", segment.locator, segment.code, segment.vectorDigest));
    }

    function _countBits(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits >>= 1) {
            count += bits & 1;
        }
    }
}

/// @dev RFC 6962 2.1 over leaves of any length.
library SegmentTree {
    function root(bytes[] memory data, uint256 start, uint256 end) internal pure returns (bytes32) {
        if (end - start == 1) return sha256(bytes.concat(hex"00", data[start]));
        uint256 middle = start + ReferenceTree.split(end - start);
        return sha256(bytes.concat(hex"01", root(data, start, middle), root(data, middle, end)));
    }

    function path(bytes[] memory data, uint256 index) internal pure returns (bytes32[] memory siblings) {
        bytes32[] memory reversed = new bytes32[](64);
        uint256 length;
        (uint256 start, uint256 end) = (0, data.length);
        while (end - start > 1) {
            uint256 middle = start + ReferenceTree.split(end - start);
            bool isLeft = index < middle;
            reversed[length++] = isLeft ? root(data, middle, end) : root(data, start, middle);
            (start, end) = isLeft ? (start, middle) : (middle, end);
        }
        siblings = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) {
            siblings[i] = reversed[length - 1 - i];
        }
    }
}
