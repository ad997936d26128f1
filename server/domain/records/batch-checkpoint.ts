/** Batches: thousands of works under one root, each checkpoint chained to the one before. */
import type { Digest } from '../digest.ts';
import { buildMerkleTree, type MerkleTree } from './merkle.ts';
import { type Address, addressWord, digestBytes, keccakText, keccakWords, uintWord } from './words.ts';

/** What the registry chains and emits for one batch. */
export type BatchCheckpoint = {
  readonly root: Digest;
  readonly size: number;
  readonly submitter: Address;
  /** The block's time, Unix seconds. */
  readonly timestamp: number;
};

const GENESIS_TAG = keccakText('Colophon batch log v1');

/** The tree of a batch: leaf data is the 32-byte work id. */
export function batchTree(workIds: readonly Digest[]): MerkleTree {
  return buildMerkleTree(workIds.map(digestBytes));
}

/** Known before the transaction is sent, so the service can ask the chain whether it is already there. */
export function batchIdOf(root: Digest, submitter: Address): Digest {
  return keccakWords([digestBytes(root), addressWord(submitter)]);
}

/** The head before the first batch: bound to one contract on one chain. */
export function genesisBatchHead(chainId: bigint | number, registry: Address): Digest {
  return keccakWords([digestBytes(GENESIS_TAG), uintWord(chainId), addressWord(registry)]);
}

export function nextBatchHead(previousHead: Digest, checkpoint: BatchCheckpoint): Digest {
  return keccakWords([
    digestBytes(previousHead),
    digestBytes(batchIdOf(checkpoint.root, checkpoint.submitter)),
    digestBytes(checkpoint.root),
    uintWord(checkpoint.size, 32),
    addressWord(checkpoint.submitter),
    uintWord(checkpoint.timestamp, 48),
  ]);
}
