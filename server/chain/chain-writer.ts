import { Transaction, Wallet } from 'ethers';
import { InputError, UpstreamError } from '../errors.ts';
import type { ChainWriter, Fees, SendAnswer, SignedTransaction } from '../pipeline/anchor/index.ts';
import { toNumber, toWord } from './abi-values.ts';
import { translateCallError } from './contract-errors.ts';
import { type EncodedCall, encodeOperation } from './encode-operation.ts';
import type { EventSources } from './find-anchor.ts';
import { type Rpc, RpcError } from './rpc.ts';

/** Above the node's estimate: the head may move between estimating and mining. */
const GAS_MARGIN = 1.2;
const ONE_GWEI = 1_000_000_000n;

/** What nodes say to a transaction, from geth, erigon, besu, nethermind, reth and anvil (reference/registry.md, 4). */
const ANSWERS: readonly (readonly [RegExp, SendAnswer])[] = [
  [/already known|already imported|known transaction|already exists|already_exists/i, 'accepted'],
  [/nonce (is )?too low|old ?nonce|nonce has already been used|lower than the current nonce/i, 'nonce_used'],
  [
    /underpriced|fee too low|gas price too low|feecap|max fee per gas less than block base fee|replacement/i,
    'underpriced',
  ],
  [
    /nonce (is )?too high|nonce gap|too far in the future|exceeds next nonce|nonce too distant/i,
    'nonce_ahead',
  ],
];

/** The key that sends, over JSON-RPC. `signerKey`: 0x + 64 hex digits; it never leaves this function. */
export function makeChainWriter(
  rpc: Rpc,
  contracts: EventSources,
  chainId: () => Promise<number>,
  signerKey: string,
): ChainWriter {
  const wallet = openWallet(signerKey);
  const address = wallet.address.toLowerCase() as `0x${string}`;
  return {
    address,
    minedNonce: () => guard(async () => toNumber(await rpc('eth_getTransactionCount', [address, 'latest']))),
    async simulate(operation) {
      const call = encodeOperation(operation, contracts, address);
      return await estimateGas(rpc, address, call);
    },
    suggestFees: () => guard(() => suggestFees(rpc)),
    async sign(operation, nonce, gasLimit, fees) {
      const call = encodeOperation(operation, contracts, address);
      return await signCall(wallet, call, await chainId(), nonce, gasLimit, fees);
    },
    send: (transaction) => sendRaw(rpc, transaction.raw),
    knows: (hash) => guard(async () => (await rpc('eth_getTransactionByHash', [hash])) !== null),
  };
}

async function guard<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw translateCallError(error);
  }
}

/** Opens a key. Throws `InputError('config_invalid')` without repeating it. */
export function openWallet(signerKey: string): Wallet {
  try {
    return new Wallet(signerKey);
  } catch {
    throw new InputError('config_invalid', 'the signer key is not 0x + 64 hex digits of a private key');
  }
}

/** Gas of a call with a margin. Throws what the contract refuses (`translateCallError`). */
export async function estimateGas(
  rpc: Rpc,
  from: string,
  call: { to?: string; data: string },
): Promise<number> {
  try {
    const estimate = toNumber(await rpc('eth_estimateGas', [{ from, ...call }, 'latest']));
    return Math.ceil(estimate * GAS_MARGIN);
  } catch (error) {
    throw translateCallError(error);
  }
}

/** Twice the base fee, so that six full blocks in a row do not outrun it, plus a tip. */
export async function suggestFees(rpc: Rpc): Promise<Fees> {
  const block = await rpc<{ readonly baseFeePerGas?: string }>('eth_getBlockByNumber', ['latest', false]);
  const tip = await rpc<string>('eth_maxPriorityFeePerGas').catch((error) => {
    if (error instanceof RpcError) return `0x${ONE_GWEI.toString(16)}`;
    throw error;
  });
  const base = BigInt(block.baseFeePerGas ?? 0);
  const maxPriorityFeePerGas = BigInt(tip);
  return {
    maxFeePerGas: (2n * base + maxPriorityFeePerGas).toString(),
    maxPriorityFeePerGas: maxPriorityFeePerGas.toString(),
  };
}

/** Signs a call as an EIP-1559 transaction. */
export async function signCall(
  wallet: Wallet,
  call: EncodedCall | { readonly data: string },
  chainId: number,
  nonce: number,
  gasLimit: number,
  fees: Fees,
): Promise<SignedTransaction> {
  const raw = (await wallet.signTransaction({
    type: 2,
    chainId,
    nonce,
    gasLimit,
    ...call,
    maxFeePerGas: BigInt(fees.maxFeePerGas),
    maxPriorityFeePerGas: BigInt(fees.maxPriorityFeePerGas),
  })) as `0x${string}`;
  return { hash: toWord(Transaction.from(raw).hash), raw, nonce, fees };
}

/** Hands signed bytes to the node and sorts its answer. Sending the same bytes twice is harmless. */
export async function sendRaw(rpc: Rpc, raw: string): Promise<SendAnswer> {
  try {
    await rpc('eth_sendRawTransaction', [raw]);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const { message } = error;
    for (const [pattern, answer] of ANSWERS) if (pattern.test(message)) return answer;
    // Funds come and nodes recover: nothing that was signed is thrown away for it.
    throw new UpstreamError('chain_unavailable', `the node does not take the transaction: ${message}`, {
      cause: error,
    });
  }
}
