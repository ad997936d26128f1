import type { Digest } from '../../domain/digest.ts';
import type { Address } from '../../domain/records/index.ts';
import type { Operation } from './operation.ts';

/** EIP-1559 fees in wei per gas, decimal strings so that they survive JSON. */
export interface Fees {
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
}

/** A transaction that is signed but perhaps not sent: enough to send the very same one again. */
export interface SignedTransaction {
  readonly hash: Digest;
  readonly raw: `0x${string}`;
  readonly nonce: number;
  readonly fees: Fees;
}

/**
 * What a node answered to a transaction. `accepted` also stands for "already known".
 * `nonce_used`: a transaction of this nonce is in a block. `underpriced`: it replaces one without paying enough more.
 * `nonce_ahead`: an earlier nonce is missing.
 */
export type SendAnswer = 'accepted' | 'nonce_used' | 'underpriced' | 'nonce_ahead';

/**
 * The one key that sends. Holds no state: nonces and what was signed live in the outbox. Every method throws
 * `UpstreamError('chain_unavailable')` when the node does not answer.
 */
export interface ChainWriter {
  readonly address: Address;
  /** Count of this account's transactions in blocks: the next nonce that is free for certain. */
  minedNonce(): Promise<number>;
  /**
   * Runs an operation without sending it and gives its gas limit. Throws `InputError('chain_rejected')` (or the
   * code that fits better, such as `signature_expired`) when the contract refuses; `extra.error` names its error.
   */
  simulate(operation: Operation): Promise<number>;
  /** What the network asks now. */
  suggestFees(): Promise<Fees>;
  /** Signs; nothing is sent. The nonce and the bytes must be durable before `send`. */
  sign(operation: Operation, nonce: number, gasLimit: number, fees: Fees): Promise<SignedTransaction>;
  /** Hands a signed transaction to the node. */
  send(transaction: SignedTransaction): Promise<SendAnswer>;
  /** Whether the node has this transaction, in its pool or in a block. */
  knows(hash: Digest): Promise<boolean>;
}
