// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {HammingDistance} from "../../contracts/libraries/HammingDistance.sol";
import {TestBase} from "./support/TestBase.sol";

/// @dev The parallel count against counting bit by bit.
contract HammingDistanceTest is TestBase {
    function testFuzz_CountsEveryBit(bytes32 a, bytes32 b) public pure {
        assertEq(HammingDistance.between(a, b), _slowly(a, b), "count");
    }

    function testFuzz_CountsSparseAndDenseCodes(uint256 mask, uint8 shift) public pure {
        bytes32 sparse = bytes32((mask & 0xff) << shift);
        assertEq(HammingDistance.between(sparse, 0), _slowly(sparse, 0), "sparse");
        assertEq(HammingDistance.between(~sparse, 0), 256 - _slowly(sparse, 0), "dense");
    }

    function test_CountsFromNoneToAll() public pure {
        for (uint256 bits = 0; bits <= 256; ++bits) {
            uint256 low = bits == 256 ? type(uint256).max : (1 << bits) - 1;
            assertEq(HammingDistance.between(bytes32(low), 0), bits, "low bits");
        }
    }

    function _slowly(bytes32 a, bytes32 b) private pure returns (uint256 count) {
        for (uint256 i = 0; i < 256; ++i) {
            if ((uint256(a) >> i) & 1 != (uint256(b) >> i) & 1) ++count;
        }
    }
}
