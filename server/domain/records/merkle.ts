/**
 * RFC 6962 SHA-256 Merkle trees: root, inclusion and consistency.
 *
 * The tree is built level by level; a last node without a sibling moves up unchanged, which gives exactly the
 * shape that RFC 6962 defines by splitting at the largest power of two.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Digest } from '../digest.ts';
import { digestBytes, toDigest } from './words.ts';

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

/** Root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_MERKLE_ROOT: Digest = toDigest(sha256(new Uint8Array(0)));

export type MerkleTree = {
  readonly size: number;
  readonly root: Digest;
  /** Siblings from leaf to root that prove leaf `index`. */
  readonly inclusionPath: (index: number) => Digest[];
  /** Proof that the tree over the first `oldSize` leaves is a prefix of this one. */
  readonly consistencyProof: (oldSize: number) => Digest[];
};

export type InclusionProof = {
  readonly leafHash: Digest;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Digest[];
};

export type ConsistencyProof = {
  readonly oldSize: number;
  readonly oldRoot: Digest;
  readonly newSize: number;
  readonly newRoot: Digest;
  readonly path: readonly Digest[];
};

function hashLeaf(data: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF_PREFIX, data));
}

function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE_PREFIX, left, right));
}

/** `sha256(0x00 || data)`. */
export function merkleLeafHash(data: Uint8Array): Digest {
  return toDigest(hashLeaf(data));
}

/** Builds a tree over the leaves' data (not their hashes). Costs one hash a node and keeps all of them. */
export function buildMerkleTree(leaves: readonly Uint8Array[]): MerkleTree {
  const levels: Uint8Array[][] = [leaves.map(hashLeaf)];
  for (let level = levels[0] ?? []; level.length > 1; ) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] as Uint8Array;
      const right = level[i + 1];
      above.push(right === undefined ? left : hashNode(left, right));
    }
    levels.push(above);
    level = above;
  }
  const size = leaves.length;
  const top = levels[levels.length - 1]?.[0];
  return {
    size,
    root: top === undefined ? EMPTY_MERKLE_ROOT : toDigest(top),
    inclusionPath: (index) => inclusionPath(levels, size, index),
    consistencyProof: (oldSize) => consistencyProof(levels, size, oldSize),
  };
}

export function merkleRoot(leaves: readonly Uint8Array[]): Digest {
  return buildMerkleTree(leaves).root;
}

function inclusionPath(levels: readonly Uint8Array[][], size: number, index: number): Digest[] {
  if (!Number.isInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  }
  const path: Digest[] = [];
  let position = index;
  for (const level of levels) {
    const sibling = level[position ^ 1];
    if (sibling !== undefined) path.push(toDigest(sibling));
    position >>>= 1;
  }
  return path;
}

/** Root of the leaves `[start, end)`, from cached nodes where they cover whole subtrees. */
function subtreeRoot(levels: readonly Uint8Array[][], size: number, start: number, end: number): Uint8Array {
  const count = end - start;
  const isPowerOfTwo = (count & (count - 1)) === 0;
  if (isPowerOfTwo || end === size) {
    const height = Math.ceil(Math.log2(count));
    const node = levels[height]?.[start >>> height];
    if (node !== undefined) return node;
  }
  const split = largestPowerOfTwoBelow(count);
  return hashNode(
    subtreeRoot(levels, size, start, start + split),
    subtreeRoot(levels, size, start + split, end),
  );
}

function consistencyProof(levels: readonly Uint8Array[][], size: number, oldSize: number): Digest[] {
  if (!Number.isInteger(oldSize) || oldSize < 1 || oldSize > size) {
    throw new RangeError(`no consistency proof from ${oldSize} to ${size} leaves`);
  }
  const proof: Digest[] = [];
  // RFC 6962 2.1.2 SUBPROOF: `known` tells whether the verifier already has this subtree's old root.
  const walk = (start: number, end: number, oldEnd: number, known: boolean): void => {
    if (oldEnd === end) {
      if (!known) proof.push(toDigest(subtreeRoot(levels, size, start, end)));
      return;
    }
    const middle = start + largestPowerOfTwoBelow(end - start);
    if (oldEnd <= middle) {
      walk(start, middle, oldEnd, known);
      proof.push(toDigest(subtreeRoot(levels, size, middle, end)));
    } else {
      walk(middle, end, oldEnd, false);
      proof.push(toDigest(subtreeRoot(levels, size, start, middle)));
    }
  };
  walk(0, size, oldSize, true);
  return proof;
}

function largestPowerOfTwoBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The root that a proof leads to, or `undefined` when its length does not fit `index` and `size`. */
export function rootFromInclusion(proof: InclusionProof): Digest | undefined {
  const { index, size, path } = proof;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    return undefined;
  let node = digestBytes(proof.leafHash);
  let position = index;
  let last = size - 1;
  let used = 0;
  while (last > 0) {
    if (position % 2 === 1 || position < last) {
      const sibling = path[used];
      if (sibling === undefined) return undefined;
      used += 1;
      const other = digestBytes(sibling);
      node = position % 2 === 1 ? hashNode(other, node) : hashNode(node, other);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return used === path.length ? toDigest(node) : undefined;
}

export function verifyInclusion(proof: InclusionProof, root: Digest): boolean {
  return rootFromInclusion(proof) === root.toLowerCase();
}

/** Whether the old tree is a prefix of the new one (RFC 9162 2.1.4.2). Sizes are at least 1. */
export function verifyConsistency(proof: ConsistencyProof): boolean {
  const { oldSize, newSize, path } = proof;
  const oldRoot = proof.oldRoot.toLowerCase();
  const newRoot = proof.newRoot.toLowerCase();
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize)) return false;
  if (oldSize < 1 || oldSize > newSize) return false;
  if (oldSize === newSize) return path.length === 0 && oldRoot === newRoot;

  let position = oldSize - 1;
  let last = newSize - 1;
  while (position % 2 === 1) {
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  // When the old size is a power of two, the old root itself is the first node of the proof.
  const nodes = position === 0 ? [proof.oldRoot, ...path] : [...path];
  const first = nodes[0];
  if (first === undefined) return false;
  let oldNode = digestBytes(first);
  let newNode = oldNode;
  for (const sibling of nodes.slice(1)) {
    if (last === 0) return false;
    const other = digestBytes(sibling);
    if (position % 2 === 1 || position === last) {
      oldNode = hashNode(other, oldNode);
      newNode = hashNode(other, newNode);
      while (position % 2 === 0 && position !== 0) {
        position = Math.floor(position / 2);
        last = Math.floor(last / 2);
      }
    } else {
      newNode = hashNode(newNode, other);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && toDigest(oldNode) === oldRoot && toDigest(newNode) === newRoot;
}
