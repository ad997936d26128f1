import type { Digest } from '../../domain/digest.ts';
import type { Address, Lane as ClaimLane, ClaimStatus } from '../../domain/records/index.ts';
import type { ChainSubject } from './operation.ts';

/** A block, as far as anchoring cares. `timestamp` in Unix seconds. */
export interface Block {
  readonly number: number;
  readonly hash: Digest;
  readonly parentHash: Digest;
  readonly timestamp: number;
}

/** A batch as the registry stores it. `timestamp` in Unix seconds. */
export interface BatchOnChain {
  readonly submitter: Address;
  readonly timestamp: number;
  readonly size: number;
}

/** A work as the registry stores it. `owner` is the present one. `claimedAt` in Unix seconds. */
export interface WorkOnChain {
  readonly owner: Address;
  readonly claimedAt: number;
  readonly lane: ClaimLane;
  readonly corrections: number;
}

/** A claim as the ledger stores it. `distance` is the contract's own count. `filedAt` in Unix seconds. */
export interface ClaimOnChain {
  readonly reporter: Address;
  readonly filedAt: number;
  readonly distance: number;
  readonly status: ClaimStatus;
  readonly accused: Address;
}

/** Where an event stands. `blockTime` in Unix seconds. */
export interface ChainPlace {
  readonly transactionHash: Digest;
  readonly blockNumber: number;
  readonly blockHash: Digest;
  readonly blockTime: number;
  readonly logIndex: number;
}

/** The event by which the contracts said that something was anchored. */
export interface AnchorEventOnChain extends ChainPlace {
  readonly subject: ChainSubject;
  /** Batch: its root and size. */
  readonly root?: Digest;
  readonly size?: number;
  /** Claim: the contract's count of differing bits. */
  readonly distance?: number;
}

/** What a transaction became. */
export interface Receipt {
  readonly transactionHash: Digest;
  readonly succeeded: boolean;
  readonly blockNumber: number;
  readonly blockHash: Digest;
}

/** `latest`, or what the node calls final; `finalized` falls back to a depth below `latest` where there is no such tag. */
export type BlockTag = 'latest' | 'finalized';

/**
 * What the service, `fsck` and a verifier ask the chain. Every method throws `UpstreamError('chain_unavailable')`
 * when the node does not answer, and `UpstreamError('chain_lying')` when two of its answers contradict each other.
 */
export interface ChainReader {
  readonly registry: Address;
  readonly ledger: Address;
  chainId(): Promise<number>;
  /** `null` for a block that the node does not have. */
  block(at: number | Digest | BlockTag): Promise<Block | null>;
  /** Runtime code, `0x` where there is none. */
  codeAt(address: Address): Promise<`0x${string}`>;
  batch(batchId: Digest): Promise<BatchOnChain | null>;
  work(recordDigest: Digest): Promise<WorkOnChain | null>;
  claim(claimId: Digest): Promise<ClaimOnChain | null>;
  /** The registry that the ledger asks. */
  ledgerRegistry(): Promise<Address>;
  /** The nonce that comes next in a registration signature of this owner. */
  registrationNonce(owner: Address): Promise<bigint>;
  /** The nonce that comes next in a filing signature of this reporter. */
  filingNonce(reporter: Address): Promise<bigint>;
  /** Differing bits of two codes, counted by the contract. */
  hammingDistance(a: Digest, b: Digest): Promise<number>;
  /** ERC-1271: whether a contract account says that it signed. False for accounts without code. */
  isValidSignature(account: Address, digest: Digest, signature: string): Promise<boolean>;
  receipt(transactionHash: Digest): Promise<Receipt | null>;
  /** The newest event that anchored the subject; with `blockHash` only in that block. `null` when there is none. */
  findAnchor(subject: ChainSubject, blockHash?: Digest): Promise<AnchorEventOnChain | null>;
}
