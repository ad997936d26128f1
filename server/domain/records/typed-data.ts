/** EIP-712 for the two contracts: the domain they share by name, and the digest a key signs. */
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import type { Digest } from '../digest.ts';
import {
  type Address,
  addressWord,
  digestBytes,
  keccakDigest,
  keccakText,
  keccakWords,
  uintWord,
} from './words.ts';

export type TypedDataField = { readonly name: string; readonly type: string };

export type TypedDataTypes = Readonly<Record<string, readonly TypedDataField[]>>;

/** Where a signature is valid: one contract on one chain. */
export type SigningDomain = { readonly chainId: number | bigint; readonly verifyingContract: Address };

export type TypedDataDomain = {
  readonly name: 'Colophon';
  readonly version: '1';
  /** A decimal string, so that the whole object survives JSON. */
  readonly chainId: string;
  readonly verifyingContract: Address;
};

/** What a wallet is asked to sign. JSON-safe: integers wider than 32 bits are decimal strings. */
export type TypedData<Message> = {
  readonly domain: TypedDataDomain;
  readonly types: TypedDataTypes;
  readonly primaryType: string;
  readonly message: Message;
};

const DOMAIN_TYPE_HASH = keccakText(
  'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)',
);

export function typedDataDomain(domain: SigningDomain): TypedDataDomain {
  return {
    name: 'Colophon',
    version: '1',
    chainId: BigInt(domain.chainId).toString(),
    verifyingContract: domain.verifyingContract,
  };
}

export function domainSeparator(domain: SigningDomain): Digest {
  return keccakWords([
    digestBytes(DOMAIN_TYPE_HASH),
    digestBytes(keccakText('Colophon')),
    digestBytes(keccakText('1')),
    uintWord(domain.chainId),
    addressWord(domain.verifyingContract),
  ]);
}

/** The digest that is signed: `keccak256(0x1901 || domainSeparator || structHash)`. */
export function signingDigest(domain: SigningDomain, structHash: Digest): Digest {
  return keccakDigest(
    concatBytes(hexToBytes('1901'), digestBytes(domainSeparator(domain)), digestBytes(structHash)),
  );
}
