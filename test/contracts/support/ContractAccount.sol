// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev A contract account with one key, and a switch that revokes it.
contract ContractAccount is IERC1271 {
    address private immutable _key;
    bool private _isRevoked;

    constructor(address key) {
        _key = key;
    }

    function revoke() external {
        _isRevoked = true;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bool isValid = !_isRevoked && ECDSA.recover(hash, signature) == _key;
        return isValid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
