// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RegistryHandler} from "./support/RegistryHandler.sol";
import {TestBase} from "./support/TestBase.sol";

contract WorkRegistryInvariants is TestBase {
    RegistryHandler private _handler;

    function setUp() public {
        vm.warp(1_700_000_000);
        _handler = new RegistryHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_TheEarliestClaimIsFirst() external view {
        _handler.checkFirstWorks();
    }

    function invariant_NothingIsRewritten() external view {
        _handler.checkNothingIsRewritten();
    }

    function invariant_NoncesCountRelayedRegistrations() external view {
        _handler.checkNonces();
    }

    function invariant_BatchesChain() external view {
        _handler.checkBatchHead();
    }
}
