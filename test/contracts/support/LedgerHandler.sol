// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EvidenceLedger} from "../../../contracts/EvidenceLedger.sol";
import {WorkRegistry} from "../../../contracts/WorkRegistry.sol";
import {IEvidenceLedger} from "../../../contracts/interfaces/IEvidenceLedger.sol";
import {EvidenceClaim} from "../../../contracts/libraries/EvidenceClaims.sol";
import {WorkRecord} from "../../../contracts/libraries/WorkRecords.sol";
import {Records} from "./Records.sol";
import {TestBase} from "./TestBase.sol";

/// @dev Four people (one of them the arbiter) file, answer, withdraw and decide, in and out of turn. The handler
/// predicts each outcome from its own table of the legal moves.
contract LedgerHandler is TestBase {
    struct KnownClaim {
        bytes32 claimId;
        address reporter;
        address accused;
        uint48 filedAt;
        IEvidenceLedger.ClaimStatus status;
    }

    EvidenceLedger private immutable _ledger;
    address private constant ARBITER = address(0x1003);

    WorkRecord private _record;
    KnownClaim[] private _claims;

    constructor() {
        WorkRegistry registry = new WorkRegistry();
        _ledger = new EvidenceLedger(registry, address(this), ARBITER);
        _record = Records.make(keccak256("content"), address(this), 0);
        registry.register(_record);
    }

    function file(uint256 reporter, uint256 accused, uint256 suspect) external {
        EvidenceClaim memory claim = EvidenceClaim({
            workId: Records.hash(_record),
            segment: bytes32(0),
            suspectHash: bytes32(suspect % 2 + 1),
            suspectCode: _record.code,
            maxDistance: 0,
            similarityBps: 10_000,
            modelDigest: keccak256("model"),
            evidenceRoot: keccak256("evidence"),
            evidenceCid: "bafy",
            accused: accused % 5 == 4 ? address(0) : _person(accused % 5),
            reporter: _person(reporter)
        });
        bytes32 claimId = _ledger.hashClaim(claim);
        bool isDue = true;
        for (uint256 i = 0; i < _claims.length; ++i) {
            if (_claims[i].claimId == claimId) isDue = false;
        }
        vm.prank(claim.reporter);
        try _ledger.fileClaim(_record, claim) {
            assertTrue(isDue, "filed twice");
            _claims.push(
                KnownClaim(
                    claimId, claim.reporter, claim.accused, uint48(block.timestamp), IEvidenceLedger.ClaimStatus.Open
                )
            );
        } catch {
            assertTrue(!isDue, "filing refused");
        }
    }

    function respond(uint256 which, uint256 person) external {
        if (_claims.length == 0) return;
        KnownClaim storage known = _claims[which % _claims.length];
        bool isDue = _isPending(known) && known.accused == _person(person);
        vm.prank(_person(person));
        try _ledger.respond(known.claimId, keccak256("answer"), "bafy") {
            assertTrue(isDue, "answered out of turn");
            known.status = IEvidenceLedger.ClaimStatus.Answered;
        } catch {
            assertTrue(!isDue, "answer refused");
        }
    }

    function withdraw(uint256 which, uint256 person) external {
        if (_claims.length == 0) return;
        KnownClaim storage known = _claims[which % _claims.length];
        bool isDue = _isPending(known) && known.reporter == _person(person);
        vm.prank(_person(person));
        try _ledger.withdraw(known.claimId) {
            assertTrue(isDue, "withdrawn out of turn");
            known.status = IEvidenceLedger.ClaimStatus.Withdrawn;
        } catch {
            assertTrue(!isDue, "withdrawal refused");
        }
    }

    function nameAccused(uint256 which, uint256 person, uint256 accused) external {
        if (_claims.length == 0) return;
        KnownClaim storage known = _claims[which % _claims.length];
        bool isDue = _isPending(known) && _person(person) == ARBITER;
        vm.prank(_person(person));
        try _ledger.nameAccused(known.claimId, _person(accused)) {
            assertTrue(isDue, "named out of turn");
            known.accused = _person(accused);
        } catch {
            assertTrue(!isDue, "naming refused");
        }
    }

    function decide(uint256 which, uint256 person, bool upheld) external {
        if (_claims.length == 0) return;
        KnownClaim storage known = _claims[which % _claims.length];
        bool isDue = _isPending(known) && _person(person) == ARBITER;
        vm.prank(_person(person));
        try _ledger.decide(known.claimId, upheld, keccak256("reasons"), "bafy") {
            assertTrue(isDue, "decided out of turn");
            known.status = upheld ? IEvidenceLedger.ClaimStatus.Upheld : IEvidenceLedger.ClaimStatus.Dismissed;
        } catch {
            assertTrue(!isDue, "decision refused");
        }
    }

    function pass(uint16 time) external {
        mine(time);
    }

    function checkClaims() external view {
        for (uint256 i = 0; i < _claims.length; ++i) {
            IEvidenceLedger.Claim memory found = _ledger.claimOf(_claims[i].claimId);
            assertEq(found.reporter, _claims[i].reporter, "reporter");
            assertEq(found.accused, _claims[i].accused, "accused");
            assertEq(found.filedAt, _claims[i].filedAt, "filed at");
            assertEq(found.distance, 0, "distance");
            assertEq(uint256(found.status), uint256(_claims[i].status), "status");
        }
    }

    function _isPending(KnownClaim storage known) private view returns (bool) {
        return known.status == IEvidenceLedger.ClaimStatus.Open || known.status == IEvidenceLedger.ClaimStatus.Answered;
    }

    function _person(uint256 person) private pure returns (address) {
        return address(uint160(0x1000 + person % 4));
    }
}
