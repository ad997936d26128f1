import type { Address } from '../domain/records/index.ts';
import type { ChainReader, ChainWriter } from '../pipeline/anchor/index.ts';
import { makeChainReader } from './chain-reader.ts';
import { makeChainWriter } from './chain-writer.ts';
import { connectRpc } from './rpc.ts';

/** A node and the contracts on it. */
export interface ChainOptions {
  readonly rpcUrl: string;
  readonly registry: Address;
  readonly ledger: Address;
  /** What `eth_chainId` must answer; another answer is `chain_lying`. */
  readonly expectedChainId?: number;
  /** Blocks below `latest` that count as final where the node has no `finalized` tag; default 64. */
  readonly finalityDepth?: number;
  /** Of one request; default 10,000. */
  readonly timeoutMs?: number;
}

/** A connected chain: the reader, and the writer when a key was given. Holds no connection open. */
export interface ChainConnection {
  readonly reader: ChainReader;
  readonly writer: ChainWriter | null;
}

/**
 * Connects; nothing is asked until a method is called, so it works while the node is down.
 * `signerKey`: 0x + 64 hex digits.
 */
export function connectChain(options: ChainOptions, signerKey?: `0x${string}`): ChainConnection {
  const rpc = connectRpc(options.rpcUrl, options.timeoutMs);
  const reader = makeChainReader(rpc, { ...options, finalityDepth: options.finalityDepth ?? 64 });
  const writer =
    signerKey === undefined ? null : makeChainWriter(rpc, reader, () => reader.chainId(), signerKey);
  return { reader, writer };
}
