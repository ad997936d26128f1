import type { Digest } from '../domain/digest.ts';
import type { Block, BlockTag, Receipt } from '../pipeline/anchor/index.ts';
import { lying, toNumber, toWord } from './abi-values.ts';
import { type Rpc, RpcError } from './rpc.ts';

interface RawBlock {
  readonly number: string;
  readonly hash: string;
  readonly parentHash: string;
  readonly timestamp: string;
}

interface RawReceipt {
  readonly transactionHash: string;
  readonly status: string;
  readonly blockNumber: string | null;
  readonly blockHash: string | null;
}

/** A block by number, hash or tag; null when the node has none. Answers that are not what was asked are `chain_lying`. */
export async function readBlock(
  rpc: Rpc,
  at: number | Digest | BlockTag,
  finalityDepth: number,
): Promise<Block | null> {
  if (at === 'finalized') return readFinalized(rpc, finalityDepth);
  if (typeof at === 'string' && at.startsWith('0x')) {
    const block = toBlock(await rpc<RawBlock | null>('eth_getBlockByHash', [at, false]));
    if (block !== null && block.hash !== at)
      throw lying(`asked for block ${at}, the node gave ${block.hash}`);
    return block;
  }
  const tag = typeof at === 'number' ? `0x${at.toString(16)}` : at;
  const block = toBlock(await rpc<RawBlock | null>('eth_getBlockByNumber', [tag, false]));
  if (block !== null && typeof at === 'number' && block.number !== at) {
    throw lying(`asked for block ${at}, the node gave ${block.number}`);
  }
  return block;
}

async function readFinalized(rpc: Rpc, finalityDepth: number): Promise<Block | null> {
  const tagged = await byTag(rpc, 'finalized');
  if (tagged !== null) return tagged;
  // Chains without a notion of finality know neither the tag nor an error for it that all share.
  const latest = await readBlock(rpc, 'latest', finalityDepth);
  if (latest === null || latest.number < finalityDepth) return null;
  return readBlock(rpc, latest.number - finalityDepth, finalityDepth);
}

async function byTag(rpc: Rpc, tag: string): Promise<Block | null> {
  try {
    return toBlock(await rpc<RawBlock | null>('eth_getBlockByNumber', [tag, false]));
  } catch (error) {
    if (error instanceof RpcError) return null;
    throw error;
  }
}

/** A receipt whose block is the one that stands at its number; null while there is none. */
export async function readReceipt(rpc: Rpc, transactionHash: Digest): Promise<Receipt | null> {
  const raw = await rpc<RawReceipt | null>('eth_getTransactionReceipt', [transactionHash]);
  if (raw === null || raw.blockHash === null || raw.blockNumber === null) return null;
  if (toWord(raw.transactionHash) !== transactionHash) {
    throw lying(`asked for the receipt of ${transactionHash}, the node gave ${raw.transactionHash}`);
  }
  const receipt: Receipt = {
    transactionHash,
    succeeded: toNumber(raw.status) === 1,
    blockNumber: toNumber(raw.blockNumber),
    blockHash: toWord(raw.blockHash),
  };
  const block = await readBlock(rpc, receipt.blockNumber, 0);
  if (block?.hash === receipt.blockHash) return receipt;
  // A reorg between the two questions looks the same once; then the receipt is gone or has moved.
  const again = await rpc<RawReceipt | null>('eth_getTransactionReceipt', [transactionHash]);
  const current = await readBlock(rpc, receipt.blockNumber, 0);
  if (again?.blockHash?.toLowerCase() === receipt.blockHash && current?.hash !== receipt.blockHash) {
    throw lying(
      `the receipt of ${transactionHash} names block ${receipt.blockHash}, but block ${receipt.blockNumber} is ${current?.hash ?? 'missing'}`,
    );
  }
  return null;
}

function toBlock(raw: RawBlock | null): Block | null {
  if (raw === null) return null;
  return {
    number: toNumber(raw.number),
    hash: toWord(raw.hash),
    parentHash: toWord(raw.parentHash),
    timestamp: toNumber(raw.timestamp),
  };
}
