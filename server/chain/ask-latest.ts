import { type Rpc, RpcError } from './rpc.ts';

/** What anvil says of its last block while it mines the next one. */
const MINES_NOW = /block height is \d+ but requested was \d+/;

/** The same calls; one about the latest block is asked once more where the node was about to have another. */
export function askLatestAgain(rpc: Rpc): Rpc {
  return async <T>(method: string, params: readonly unknown[] = []): Promise<T> => {
    try {
      return await rpc<T>(method, params);
    } catch (error) {
      const isPassing = error instanceof RpcError && MINES_NOW.test(error.message);
      if (!isPassing || !params.includes('latest')) throw error;
      return await rpc<T>(method, params);
    }
  };
}
