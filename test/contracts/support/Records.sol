// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {WorkRecord} from "../../../contracts/libraries/WorkRecords.sol";

/// @dev Records for tests, and their digest spelt out a second time.
library Records {
    function make(bytes32 contentHash, address owner, uint256 variant) internal pure returns (WorkRecord memory) {
        return WorkRecord({
            contentHash: contentHash,
            code: keccak256(abi.encode("code", contentHash)),
            fingerprintRoot: keccak256(abi.encode("fingerprint", contentHash)),
            modelDigest: keccak256("model"),
            mediaType: "image/jpeg",
            metadataCid: variant == 0 ? "bafy-first" : "bafy-second",
            owner: owner
        });
    }

    function hash(WorkRecord memory record) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "WorkRecord(bytes32 contentHash,bytes32 code,bytes32 fingerprintRoot,bytes32 modelDigest,string mediaType,string metadataCid,address owner)"
        );
        return keccak256(
            bytes.concat(
                abi.encode(typeHash, record.contentHash, record.code, record.fingerprintRoot, record.modelDigest),
                keccak256(bytes(record.mediaType)),
                keccak256(bytes(record.metadataCid)),
                abi.encode(record.owner)
            )
        );
    }

    /// @dev What the owner's key signs for `registerFor`.
    function registrationDigest(WorkRecord memory record, uint256 nonce, uint256 deadline, address registry)
        internal
        view
        returns (bytes32)
    {
        bytes32 typeHash = keccak256(
            "Registration(WorkRecord record,uint256 nonce,uint256 deadline)WorkRecord(bytes32 contentHash,bytes32 code,bytes32 fingerprintRoot,bytes32 modelDigest,string mediaType,string metadataCid,address owner)"
        );
        return typedDataDigest(registry, keccak256(abi.encode(typeHash, hash(record), nonce, deadline)));
    }

    function typedDataDigest(address verifier, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Colophon"),
                keccak256("1"),
                block.chainid,
                verifier
            )
        );
        return keccak256(bytes.concat(hex"1901", domain, structHash));
    }
}
