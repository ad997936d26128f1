import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { IMPORTER, type ImporterParams } from './importer.ts';

const RAW = 0x55;
const DAG_PB = 0x70;
/** RFC 4648 base 32, lower case, as multibase `b` has it. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

interface TreeNode {
  /** Binary CID: version, codec, multihash. */
  readonly cid: Uint8Array;
  /** Bytes of the file under this node. */
  readonly fileBytes: number;
  /** Bytes of all blocks under this node, itself included (dag-pb `Tsize`). */
  readonly blockBytes: number;
}

/**
 * CID v1 of bytes as a UnixFS file, in base 32, without storing anything: the browser needs no IPFS library to check
 * one. The tests compare it with `ipfs-unixfs-importer`, which writes the blocks.
 */
export function cidOf(bytes: Uint8Array, params: ImporterParams = IMPORTER): string {
  const chunkBytes = Number(params.chunker.slice('size-'.length));
  let level: TreeNode[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    level.push({ cid: binaryCid(RAW, chunk), fileBytes: chunk.length, blockBytes: chunk.length });
  }
  while (level.length > 1) {
    const above: TreeNode[] = [];
    for (let i = 0; i < level.length; i += params.maxChildren) {
      above.push(parentOf(level.slice(i, i + params.maxChildren)));
    }
    level = above;
  }
  return `b${base32(level[0]!.cid)}`;
}

/** CID of one raw block, given its SHA-256: what `cidOf` gives for at most one chunk. */
export function rawCid(sha256Bytes: Uint8Array): string {
  return `b${base32(concatBytes(Uint8Array.of(1, RAW, 0x12, 0x20), sha256Bytes))}`;
}

function binaryCid(codec: number, block: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(1, codec, 0x12, 0x20), sha256(block));
}

/** A dag-pb node (https://ipld.io/specs/codecs/dag-pb/spec/) whose data is a UnixFS `File` message. */
function parentOf(children: readonly TreeNode[]): TreeNode {
  const fileBytes = children.reduce((sum, child) => sum + child.fileBytes, 0);
  const links = children.map((child) =>
    field(2, concatBytes(field(1, child.cid), field(2, new Uint8Array(0)), tagged(3, child.blockBytes))),
  );
  const unixfs = concatBytes(
    tagged(1, 2), // Type = File
    tagged(3, fileBytes),
    ...children.map((child) => tagged(4, child.fileBytes)),
  );
  const block = concatBytes(...links, field(1, unixfs)); // dag-pb writes links before data
  const below = children.reduce((sum, child) => sum + child.blockBytes, 0);
  return { cid: binaryCid(DAG_PB, block), fileBytes, blockBytes: below + block.length };
}

/** Protobuf field of wire type 2: bytes. */
function field(number: number, value: Uint8Array): Uint8Array {
  return concatBytes(varint((number << 3) | 2), varint(value.length), value);
}

/** Protobuf field of wire type 0: an unsigned integer. */
function tagged(number: number, value: number): Uint8Array {
  return concatBytes(varint(number << 3), varint(value));
}

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return Uint8Array.from(out);
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
  }
  if (bits > 0) text += ALPHABET[(buffer << (5 - bits)) & 31];
  return text;
}
