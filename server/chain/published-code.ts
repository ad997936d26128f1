import type { Digest } from '../domain/digest.ts';
import { ZERO_DIGEST } from '../domain/digest.ts';
import {
  type Address,
  addressWord,
  domainSeparator,
  keccakText,
  toDigest,
  uintWord,
} from '../domain/records/index.ts';
import { bytecode as ledgerBytecode } from './contracts/evidence-ledger.ts';
import { bytecode as registryBytecode } from './contracts/work-registry.ts';

/** Runtime code as the compiler made it: words that the constructor fills in (`immutable`) are zero. */
export interface CodeTemplate {
  /** Lower-case hex without `0x`. */
  readonly hex: string;
  /** Offsets of the immutables' 32 bytes, in bytes. */
  readonly immutables: readonly number[];
}

const PUSH1 = 0x60;
const PUSH32 = 0x7f;

/**
 * The runtime code inside of a contract's creation code. solc puts it last, behind the constructor's
 * `RETURN INVALID` and in front of nothing; an immutable is a `PUSH32` of zero, which solc writes for nothing else
 * (a plain zero is `PUSH0`). Throws `RangeError` when the creation code does not look like that.
 */
export function codeTemplate(creationCode: string): CodeTemplate {
  const start = creationCode.toLowerCase().indexOf('f3fe6080604052');
  if (start < 0) throw new RangeError('no runtime code in the creation code');
  const hex = creationCode.toLowerCase().slice(start + 4);
  const immutables: number[] = [];
  for (let at = 0; at * 2 < hex.length; ) {
    const opcode = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
    const operand = opcode >= PUSH1 && opcode <= PUSH32 ? opcode - PUSH1 + 1 : 0;
    if (opcode === PUSH32 && /^0{64}$/.test(hex.slice(at * 2 + 2, at * 2 + 66))) immutables.push(at + 1);
    at += 1 + operand;
  }
  return { hex, immutables };
}

/** What stands on the chain, as verifiers compare it. */
export const PUBLISHED_CODE = {
  registry: codeTemplate(registryBytecode),
  ledger: codeTemplate(ledgerBytecode),
} as const;

/** Where a contract stands: everything its constructor could know. */
export interface ContractSite {
  readonly chainId: number;
  readonly registry: Address;
  readonly ledger: Address;
}

/** Whether runtime code is ours, immutables included: each must be a value that our constructor computes there. */
export function isPublishedCode(name: 'registry' | 'ledger', code: string, site: ContractSite): boolean {
  const { hex, immutables } = PUBLISHED_CODE[name];
  const deployed = code.toLowerCase().replace(/^0x/, '');
  if (deployed.length !== hex.length) return false;
  let masked = deployed;
  const expected = constructorWords(name, site);
  for (const at of immutables) {
    const word: Digest = `0x${deployed.slice(at * 2, at * 2 + 64)}`;
    if (!expected.has(word)) return false;
    masked = masked.slice(0, at * 2) + ZERO_DIGEST.slice(2) + masked.slice(at * 2 + 64);
  }
  return masked === hex;
}

/** The words of OpenZeppelin's EIP712 constructor, and the ledger's registry. */
function constructorWords(name: 'registry' | 'ledger', site: ContractSite): ReadonlySet<Digest> {
  const { chainId } = site;
  const self = site[name];
  return new Set([
    domainSeparator({ chainId, verifyingContract: self }),
    toDigest(uintWord(chainId)),
    toDigest(addressWord(self)).toLowerCase() as Digest,
    keccakText('Colophon'),
    keccakText('1'),
    shortString('Colophon'),
    shortString('1'),
    ...(name === 'ledger' ? [toDigest(addressWord(site.registry)).toLowerCase() as Digest] : []),
  ]);
}

/** OpenZeppelin's `ShortString`: the text at the left, its length in the last byte. */
function shortString(text: string): Digest {
  const bytes = new Uint8Array(32);
  bytes.set(new TextEncoder().encode(text));
  bytes[31] = text.length;
  return toDigest(bytes);
}
