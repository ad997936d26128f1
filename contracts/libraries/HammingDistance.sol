// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Hamming distance of 256-bit codes
library HammingDistance {
    /// @notice Number of bits, 0 to 256, in which `a` and `b` differ.
    function between(bytes32 a, bytes32 b) internal pure returns (uint256) {
        uint256 x = uint256(a ^ b);
        unchecked {
            // Counts are summed in place: in fields of 2 bits, then 4, then 8 (each at most 8, so nothing spills).
            x -= (x >> 1) & (type(uint256).max / 3);
            x = (x & (type(uint256).max / 5)) + ((x >> 2) & (type(uint256).max / 5));
            x = (x + (x >> 4)) & (type(uint256).max / 17);
            // 32 byte counts reach 256, which a byte cannot hold: fold once into 16-bit fields before multiplying.
            x = (x + (x >> 8)) & (type(uint256).max / 257);
            return (x * (type(uint256).max / 65535)) >> 240;
        }
    }
}
