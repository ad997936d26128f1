import type { Interface, Result } from 'ethers';
import type { Digest } from '../domain/digest.ts';
import { type Address, CLAIM_STATUSES, LANES, ZERO_ADDRESS } from '../domain/records/index.ts';
import type { ChainReader } from '../pipeline/anchor/index.ts';
import { lying, toAddress, toNumber } from './abi-values.ts';
import { askLatestAgain } from './ask-latest.ts';
import { readBlock, readReceipt } from './chain-blocks.ts';
import { ledgerInterface, registryInterface, translateCallError } from './contract-errors.ts';
import { findAnchor } from './find-anchor.ts';
import type { Rpc } from './rpc.ts';

/** What a reader is bound to. */
export interface ReaderOptions {
  readonly registry: Address;
  readonly ledger: Address;
  /** What the node must answer for its chain id; another one is `chain_lying`. */
  readonly expectedChainId?: number | undefined;
  readonly finalityDepth: number;
}

/** ERC-1271 `isValidSignature(bytes32,bytes)`: its selector is also what it answers for "yes". */
const ERC1271 = '0x1626ba7e';

/** A chain reader over JSON-RPC. Needs no Node API: a browser can use it as well. */
export function makeChainReader(node: Rpc, options: ReaderOptions): ChainReader {
  const rpc = askLatestAgain(node);
  const registry = toAddress(options.registry);
  const ledger = toAddress(options.ledger);
  const { finalityDepth } = options;
  const call = (to: Address, contract: Interface, name: string, args: unknown[] = []) =>
    callView(rpc, to, contract, name, args);
  return {
    registry,
    ledger,
    async chainId() {
      const chainId = toNumber(await guard(() => rpc('eth_chainId')));
      if (options.expectedChainId !== undefined && chainId !== options.expectedChainId) {
        throw lying(`the node is on chain ${chainId}, expected ${options.expectedChainId}`);
      }
      return chainId;
    },
    block: (at) => guard(() => readBlock(rpc, at, finalityDepth)),
    codeAt: (address) => guard(() => rpc<`0x${string}`>('eth_getCode', [address, 'latest'])),
    async batch(batchId) {
      const [batch] = await call(registry, registryInterface, 'batch', [batchId]);
      if (toAddress(batch.submitter) === ZERO_ADDRESS) return null;
      const { submitter, timestamp, size } = batch;
      return { submitter: toAddress(submitter), timestamp: toNumber(timestamp), size: toNumber(size) };
    },
    async work(recordDigest) {
      const [work] = await call(registry, registryInterface, 'work', [recordDigest]);
      if (toAddress(work.owner) === ZERO_ADDRESS) return null;
      return {
        owner: toAddress(work.owner),
        claimedAt: toNumber(work.claimedAt),
        lane: named(LANES, work.lane),
        corrections: toNumber(work.corrections),
      };
    },
    async claim(claimId) {
      const [claim] = await call(ledger, ledgerInterface, 'claimOf', [claimId]);
      if (toAddress(claim.reporter) === ZERO_ADDRESS) return null;
      return {
        reporter: toAddress(claim.reporter),
        filedAt: toNumber(claim.filedAt),
        distance: toNumber(claim.distance),
        status: named(CLAIM_STATUSES, claim.status),
        accused: toAddress(claim.accused),
      };
    },
    ledgerRegistry: async () => toAddress((await call(ledger, ledgerInterface, 'registry'))[0]),
    registrationNonce: async (owner) => (await call(registry, registryInterface, 'nonces', [owner]))[0],
    filingNonce: async (reporter) => (await call(ledger, ledgerInterface, 'nonces', [reporter]))[0],
    hammingDistance: async (a, b) =>
      toNumber((await call(ledger, ledgerInterface, 'hammingDistance', [a, b]))[0]),
    isValidSignature: (account, digest, signature) => askAccount(rpc, account, digest, signature),
    receipt: (hash) => guard(() => readReceipt(rpc, hash)),
    findAnchor: (subject, blockHash) =>
      guard(() => findAnchor(rpc, { registry, ledger }, subject, blockHash)),
  };
}

async function callView(
  rpc: Rpc,
  to: Address,
  contract: Interface,
  name: string,
  args: unknown[],
): Promise<Result> {
  const data = contract.encodeFunctionData(name, args);
  const answer = await guard(() => rpc<string>('eth_call', [{ to, data }, 'latest']));
  try {
    return contract.decodeFunctionResult(name, answer);
  } catch {
    // Nothing there, or another contract: for the caller the same as a node on the wrong chain.
    throw lying(`there is no contract of ours at ${to}: ${name} gave ${String(answer).slice(0, 66)}`);
  }
}

async function askAccount(rpc: Rpc, account: Address, digest: Digest, signature: string): Promise<boolean> {
  const code = await guard(() => rpc<string>('eth_getCode', [account, 'latest']));
  if (code === '0x' || !/^0x([0-9a-fA-F]{2})*$/.test(signature)) return false;
  const length = (signature.length - 2) / 2;
  const padded = signature.slice(2).padEnd(Math.ceil(length / 32) * 64, '0');
  const words = [digest.slice(2), (64).toString(16).padStart(64, '0'), length.toString(16).padStart(64, '0')];
  const data = `${ERC1271}${words.join('')}${padded}`;
  try {
    const answer = await rpc<string>('eth_call', [{ to: account, data }, 'latest']);
    return answer.toLowerCase() === `${ERC1271}${'0'.repeat(56)}`;
  } catch (error) {
    // A contract that reverts did not say yes.
    const problem = translateCallError(error);
    if (problem instanceof Error && 'code' in problem && problem.code === 'chain_rejected') return false;
    throw problem;
  }
}

async function guard<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw translateCallError(error);
  }
}

function named<T extends string>(names: readonly T[], index: unknown): T {
  const name = names[Number(index)];
  if (name === undefined) throw lying(`the contract gave ${String(index)} for one of ${names.join(', ')}`);
  return name;
}
