/** How the local chain is started. */
export interface LocalChainOptions {
  /** Holds the chain's state, its backups and the service's key. Made when missing. */
  readonly directory: string;
  /** Seconds between blocks; absent: a block for each transaction. */
  readonly blockTimeSeconds?: number;
  /** A free one by default. */
  readonly port?: number;
  /** Blocks until `finalized` are twice this; default 1. */
  readonly slotsInAnEpoch?: number;
}

/** A running local chain. */
export interface LocalChain {
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Private key of the service's funded account. */
  readonly signerKey: `0x${string}`;
  /** Whether it started without an earlier state: nothing that was anchored stands. */
  readonly fresh: boolean;
  /** Process id of the node itself. */
  readonly pid: number;
  /** Resolves when the node ends, however it ends. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts anvil on loopback. It ends with this process, even when that is killed.
 * Throws `UpstreamError('chain_unavailable')` when it does not start.
 */
export async function startLocalChain(_options: LocalChainOptions): Promise<LocalChain> {
  throw new Error('being written');
}
