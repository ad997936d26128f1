import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainIdentity } from './actions/deps.ts';
import { connectChain } from './chain/connect-chain.ts';
import { ensureContracts } from './chain/ensure-contracts.ts';
import { type LocalChain, startLocalChain } from './chain/local-chain.ts';
import { connectRpc, RpcError } from './chain/rpc.ts';
import type { Config } from './config.ts';
import { ColophonError, InternalError } from './errors.ts';
import type { RelayRpc } from './http/relay-rpc.ts';
import type { ChainReader, ChainWriter } from './pipeline/anchor/index.ts';

/** A chain with our contracts on it. */
export interface OpenChain {
  readonly rpcUrl: string;
  readonly isLocal: boolean;
  readonly identity: ChainIdentity;
  readonly reader: ChainReader;
  readonly writer: ChainWriter;
  readonly relayRpc: RelayRpc;
  stop(): Promise<void>;
}

/**
 * Opens the configured chain, or a local one in `folder`, and sees to it that the contracts stand there.
 *
 * Throws `chain_unavailable`, `chain_rejected`, `config_invalid`.
 */
export async function openChain(
  config: Config['chain'],
  folder: string,
  onRestart: () => void,
): Promise<OpenChain> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'contracts.json');
  const local: LocalChain | null =
    config.rpcUrl === null
      ? await patiently(LOCAL_PATIENCE_MS, () =>
          startLocalChain({
            directory: folder,
            // What it forgot may be the contracts themselves.
            onRestart: async () => {
              if (local) await ensureContracts({ rpcUrl: local.rpcUrl, signerKey: local.signerKey, file });
              onRestart();
            },
          }),
        )
      : null;
  try {
    const rpcUrl = local?.rpcUrl ?? config.rpcUrl ?? '';
    const signerKey = local?.signerKey ?? config.signerKey;
    if (signerKey === null) throw new InternalError('config_invalid', 'RPC_URL needs COLOPHON_SIGNER_KEY');
    const { registry, ledger, chainId } = await patiently(local ? LOCAL_PATIENCE_MS : PATIENCE_MS, () =>
      ensureContracts({ rpcUrl, signerKey, file }),
    );
    const { finalityDepth } = config;
    const options = { rpcUrl, registry, ledger, expectedChainId: chainId, finalityDepth };
    const { reader, writer } = connectChain(options, signerKey);
    if (!writer) throw new InternalError('internal', 'a chain was connected without its writer');
    return {
      rpcUrl,
      isLocal: local !== null,
      identity: { chainId, registry, ledger, reporter: writer.address },
      reader,
      writer,
      relayRpc: createRelay(rpcUrl),
      stop: async () => local?.stop(),
    };
  } catch (error) {
    await local?.stop();
    throw error;
  }
}

/** The node's own errors (a reverted call, say) are answers to whoever asked; only silence is a failure. */
function createRelay(rpcUrl: string): RelayRpc {
  const rpc = connectRpc(rpcUrl);
  return async (method, params) => {
    try {
      return { result: await rpc(method, params) };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const { code, message, data } = error;
      return { error: { code, message, data } };
    }
  };
}

// A node that starts beside us on a busy machine needs a while for its first answers; one of others should be up.
const LOCAL_PATIENCE_MS = 60_000;
const PATIENCE_MS = 5_000;
const PAUSE_MS = 1000;

/** Tries again what may pass. */
async function patiently<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const passes = error instanceof ColophonError && error.retryable;
      if (!passes || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
