// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The cheatcodes these tests use; Hardhat's runner answers them at a fixed address.
interface Vm {
    function addr(uint256 privateKey) external pure returns (address);
    function assume(bool condition) external pure;
    function expectRevert(bytes calldata revertData) external;
    function prank(address sender) external;
    function roll(uint256 blockNumber) external;
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 timestamp) external;
}

/// @dev What forge-std would bring, were it on npm: cheatcodes and assertions that say what differed.
abstract contract TestBase {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Differs(string what, bytes32 found, bytes32 wanted);

    function assertEq(bytes32 found, bytes32 wanted, string memory what) internal pure {
        if (found != wanted) revert Differs(what, found, wanted);
    }

    function assertEq(uint256 found, uint256 wanted, string memory what) internal pure {
        assertEq(bytes32(found), bytes32(wanted), what);
    }

    function assertEq(address found, address wanted, string memory what) internal pure {
        assertEq(uint256(uint160(found)), uint256(uint160(wanted)), what);
    }

    function assertTrue(bool condition, string memory what) internal pure {
        require(condition, what);
    }

    /// @dev Moves time and block number on, as mining does.
    function mine(uint256 secondsLater) internal {
        vm.warp(block.timestamp + secondsLater);
        vm.roll(block.number + 1);
    }

    function within(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + (value % (high - low + 1));
    }
}
