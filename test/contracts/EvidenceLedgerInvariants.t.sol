// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LedgerHandler} from "./support/LedgerHandler.sol";
import {TestBase} from "./support/TestBase.sol";

contract EvidenceLedgerInvariants is TestBase {
    LedgerHandler private _handler;

    function setUp() public {
        vm.warp(1_700_000_000);
        _handler = new LedgerHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_ClaimsMoveByLegalStepsOnly() external view {
        _handler.checkClaims();
    }
}
