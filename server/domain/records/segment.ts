/**
 * A fingerprint segment: a place in a work, its perceptual code and the digest of its embedding. The segments are
 * the leaves of the record's `fingerprintRoot`, so evidence can point at the one that was copied.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { Digest } from '../digest.ts';
import { buildMerkleTree, type MerkleTree, merkleLeafHash } from './merkle.ts';
import { digestBytes, toDigest } from './words.ts';

export type Segment = {
  /** Where in the work, packed by {@link packLocator}. */
  readonly locator: Digest;
  /** 256-bit perceptual code of that place; zero = "has none". */
  readonly code: Digest;
  /** SHA-256 of the embedding vector's bytes. */
  readonly vectorDigest: Digest;
};

/** A rectangle in steps of 1/65535 of the picture's width and height, so it survives any rescaling. */
export type Region = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

/** A place in a work. `index` numbers the segments of one work. */
export type Locator =
  | { readonly kind: 'whole'; readonly index: number }
  | { readonly kind: 'region'; readonly index: number; readonly region: Region }
  | { readonly kind: 'span'; readonly index: number; readonly startMs: number; readonly endMs: number }
  | { readonly kind: 'characters'; readonly index: number; readonly start: number; readonly end: number }
  /** A stretch of the sound of a film, beside those of its pictures. */
  | { readonly kind: 'soundSpan'; readonly index: number; readonly startMs: number; readonly endMs: number }
  | {
      readonly kind: 'spanRegion';
      readonly index: number;
      readonly startMs: number;
      readonly endMs: number;
      readonly region: Region;
    };

/** Kinds in the order of the locator's first byte. */
const KINDS = ['whole', 'region', 'span', 'characters', 'spanRegion', 'soundSpan'] as const;
const REGION_STEPS = 65535;
const U32_MAX = 2 ** 32 - 1;
const U48_MAX = 2 ** 48 - 1;

/** `abi.encode(locator, code, vectorDigest)`: 96 bytes. */
export function encodeSegment(segment: Segment): Uint8Array {
  return concatBytes(
    digestBytes(segment.locator),
    digestBytes(segment.code),
    digestBytes(segment.vectorDigest),
  );
}

export function segmentLeafHash(segment: Segment): Digest {
  return merkleLeafHash(encodeSegment(segment));
}

/** The tree whose root is the record's `fingerprintRoot`. No segment at all gives `EMPTY_MERKLE_ROOT`. */
export function fingerprintTree(segments: readonly Segment[]): MerkleTree {
  return buildMerkleTree(segments.map(encodeSegment));
}

/**
 * Packs a locator: byte 0 kind, 1-4 index, 5-12 region as four u16, 13-18 start and 19-24 end as u48, rest zero.
 * Throws `RangeError` when a number does not fit or a range is upside down.
 */
export function packLocator(locator: Locator): Digest {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  bytes[0] = KINDS.indexOf(locator.kind);
  requireWithin(locator.index, U32_MAX, 'index');
  view.setUint32(1, locator.index);
  if (locator.kind === 'region' || locator.kind === 'spanRegion') writeRegion(view, locator.region);
  if (locator.kind === 'span' || locator.kind === 'spanRegion' || locator.kind === 'soundSpan')
    writeRange(view, locator.startMs, locator.endMs);
  if (locator.kind === 'characters') writeRange(view, locator.start, locator.end);
  return toDigest(bytes);
}

/** The inverse of {@link packLocator}; refuses every word that `packLocator` would not have written. */
export function unpackLocator(packed: Digest): Locator {
  const bytes = digestBytes(packed);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KINDS[view.getUint8(0)];
  if (kind === undefined) throw new RangeError(`unknown locator kind ${view.getUint8(0)}`);
  const locator = readLocator(view, kind, view.getUint32(1));
  if (packLocator(locator) !== packed.toLowerCase())
    throw new RangeError(`not a canonical locator: ${packed}`);
  return locator;
}

/** Whether a packed locator is of a stretch of a film's sound, which another model has made than its pictures. */
export function isSoundLocator(packed: Digest): boolean {
  return digestBytes(packed)[0] === KINDS.indexOf('soundSpan');
}

function readLocator(view: DataView, kind: (typeof KINDS)[number], index: number): Locator {
  const region = { x: view.getUint16(5), y: view.getUint16(7), w: view.getUint16(9), h: view.getUint16(11) };
  const start = readU48(view, 13);
  const end = readU48(view, 19);
  switch (kind) {
    case 'whole':
      return { kind, index };
    case 'region':
      return { kind, index, region };
    case 'span':
    case 'soundSpan':
      return { kind, index, startMs: start, endMs: end };
    case 'characters':
      return { kind, index, start, end };
    case 'spanRegion':
      return { kind, index, startMs: start, endMs: end, region };
  }
}

/** Rounds the edges of a rectangle given in fractions of the picture (0 to 1) to the grid. */
export function quantizeRegion(fractions: Region): Region {
  const step = (fraction: number): number => Math.round(Math.min(1, Math.max(0, fraction)) * REGION_STEPS);
  const x = step(fractions.x);
  const y = step(fractions.y);
  // Edges are rounded, not sizes: neighbours that touch keep touching, and nothing reaches beyond the picture.
  return { x, y, w: step(fractions.x + fractions.w) - x, h: step(fractions.y + fractions.h) - y };
}

/** The rectangle in fractions of the picture (0 to 1). */
export function regionFractions(region: Region): Region {
  return {
    x: region.x / REGION_STEPS,
    y: region.y / REGION_STEPS,
    w: region.w / REGION_STEPS,
    h: region.h / REGION_STEPS,
  };
}

function writeRegion(view: DataView, region: Region): void {
  requireWithin(region.x, REGION_STEPS, 'region.x');
  requireWithin(region.y, REGION_STEPS, 'region.y');
  requireWithin(region.w, REGION_STEPS - region.x, 'region.w');
  requireWithin(region.h, REGION_STEPS - region.y, 'region.h');
  view.setUint16(5, region.x);
  view.setUint16(7, region.y);
  view.setUint16(9, region.w);
  view.setUint16(11, region.h);
}

function writeRange(view: DataView, start: number, end: number): void {
  requireWithin(end, U48_MAX, 'end');
  requireWithin(start, end, 'start');
  writeU48(view, 13, start);
  writeU48(view, 19, end);
}

function writeU48(view: DataView, offset: number, value: number): void {
  view.setUint16(offset, Math.floor(value / 2 ** 32));
  view.setUint32(offset + 2, value % 2 ** 32);
}

function readU48(view: DataView, offset: number): number {
  return view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2);
}

function requireWithin(value: number, max: number, name: string): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${name} must be an integer from 0 to ${max}, got ${value}`);
  }
}
