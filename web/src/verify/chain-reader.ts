/**
 * The chain as this browser reads it: plain JSON-RPC to a node that the user names, decoded by the contracts' own
 * ABIs. Nothing of Colophon's service lies between.
 */
import { Contract, FetchRequest, JsonRpcProvider } from 'ethers';
import { abi as ledgerAbi } from '../../../server/chain/contracts/evidence-ledger.ts';
import { abi as registryAbi } from '../../../server/chain/contracts/work-registry.ts';
import type { Digest } from '../../../server/domain/digest.ts';
import { type Address, CLAIM_STATUSES, LANES } from '../../../server/domain/records/index.ts';
import { UpstreamError } from '../../../server/errors.ts';
import type { Block, ChainReader } from '../../../server/pipeline/anchor/index.ts';
import { createAnchorFinder } from './find-anchor.ts';

const TIMEOUT_MS = 15_000;
const ERC1271 = ['function isValidSignature(bytes32,bytes) view returns (bytes4)'];
const ERC1271_MAGIC = '0x1626ba7e';
const NOBODY = '0x0000000000000000000000000000000000000000';

/** Where to read: a node's RPC address and the two contracts. */
export interface ReaderOptions {
  readonly rpcUrl: string;
  readonly registry: Address;
  readonly ledger: Address;
}

/** Connects to a node. Nothing is asked until a method is called. */
export function createRpcReader(options: ReaderOptions): ChainReader & { close(): void } {
  const request = new FetchRequest(options.rpcUrl);
  request.timeout = TIMEOUT_MS;
  // A static network would trust the caller's chain id; the claim "wrong chain" needs the node's own answer.
  const provider = new JsonRpcProvider(request, undefined, { batchMaxCount: 1, staticNetwork: false });
  const send = <T>(method: string, params: unknown[]) =>
    ask(() => provider.send(method, params) as Promise<T>);
  const registry = new Contract(options.registry, registryAbi, provider);
  const ledger = new Contract(options.ledger, ledgerAbi, provider);
  const call = <T>(contract: Contract, name: string, ...args: unknown[]) =>
    ask(() => contract.getFunction(name).staticCall(...args) as Promise<T>);

  return {
    registry: options.registry,
    ledger: options.ledger,
    chainId: async () => Number(await send<string>('eth_chainId', [])),
    async block(at) {
      const byHash = typeof at === 'string' && at.startsWith('0x');
      const tag = typeof at === 'number' ? `0x${at.toString(16)}` : at;
      return toBlock(
        await send<RawBlock | null>(byHash ? 'eth_getBlockByHash' : 'eth_getBlockByNumber', [tag, false]),
      );
    },
    codeAt: (address) => send('eth_getCode', [address, 'latest']),
    async batch(batchId) {
      const batch = await call<RawStruct>(registry, 'batch', batchId);
      if (batch['submitter'] === NOBODY) return null;
      return {
        submitter: lower(batch['submitter']),
        timestamp: Number(batch['timestamp']),
        size: Number(batch['size']),
      };
    },
    async work(recordDigest) {
      const work = await call<RawStruct>(registry, 'work', recordDigest);
      if (work['owner'] === NOBODY) return null;
      const lane = LANES[Number(work['lane'])]!;
      const corrections = Number(work['corrections']);
      return { owner: lower(work['owner']), claimedAt: Number(work['claimedAt']), lane, corrections };
    },
    async claim(claimId) {
      const claim = await call<RawStruct>(ledger, 'claimOf', claimId);
      if (claim['reporter'] === NOBODY) return null;
      return {
        reporter: lower(claim['reporter']),
        filedAt: Number(claim['filedAt']),
        distance: Number(claim['distance']),
        status: CLAIM_STATUSES[Number(claim['status'])]!,
        accused: lower(claim['accused']),
      };
    },
    ledgerRegistry: async () => lower(await call(ledger, 'registry')),
    registrationNonce: (owner) => call(registry, 'nonces', owner),
    filingNonce: (reporter) => call(ledger, 'nonces', reporter),
    hammingDistance: async (a, b) => Number(await call(ledger, 'hammingDistance', a, b)),
    async isValidSignature(account, digest, signature) {
      if ((await send<string>('eth_getCode', [account, 'latest'])) === '0x') return false;
      try {
        return (
          (await new Contract(account, ERC1271, provider)
            .getFunction('isValidSignature')
            .staticCall(digest, signature)) === ERC1271_MAGIC
        );
      } catch {
        // A contract that reverts has not signed.
        return false;
      }
    },
    async receipt(transactionHash) {
      const raw = await send<RawReceipt | null>('eth_getTransactionReceipt', [transactionHash]);
      if (raw === null) return null;
      const { blockNumber, blockHash, status } = raw;
      return {
        transactionHash,
        succeeded: Number(status) === 1,
        blockNumber: Number(blockNumber),
        blockHash,
      };
    },
    findAnchor: createAnchorFinder({ ...options, send }),
    close: () => provider.destroy(),
  };
}

type RawStruct = Readonly<Record<string, unknown>>;
interface RawBlock {
  readonly number: string;
  readonly hash: Digest;
  readonly parentHash: Digest;
  readonly timestamp: string;
}
interface RawReceipt {
  readonly blockNumber: string;
  readonly blockHash: Digest;
  readonly status: string;
}

function lower(address: unknown): Address {
  return String(address).toLowerCase() as Address;
}

function toBlock(raw: RawBlock | null): Block | null {
  if (raw === null) return null;
  return {
    number: Number(raw.number),
    hash: raw.hash,
    parentHash: raw.parentHash,
    timestamp: Number(raw.timestamp),
  };
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new UpstreamError('chain_unavailable', 'the node gave no usable answer', { cause });
  }
}
