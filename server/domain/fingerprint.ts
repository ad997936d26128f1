import type { Digest } from './digest.ts';
import type { Box, Medium } from './media.ts';
import type { Segment } from './records/segment.ts';

/** One vector of a fingerprint: 256 signed 8-bit components, an L2-normalized embedding times 512, clamped. */
export type Vector = Int8Array;

/** Length of a vector. */
export const VECTOR_DIMENSIONS = 256;

/** A part of a work with its own vector. Segment 0 is the whole work. */
export interface PrintSegment {
  /** Where in the work; `{x:0,y:0,width:1,height:1}` is all of a picture. */
  readonly box: Box;
  /** Signs of the embedding, 256 bits; zero when the part carries no information. */
  readonly code: Digest;
  readonly vector: Vector;
}

/** Dense local descriptors of one picture: a grid of `columns × rows` cells, `dimensions` int8 values a cell. */
export interface LocalMap {
  readonly columns: number;
  readonly rows: number;
  readonly dimensions: number;
  readonly data: Int8Array;
}

/** The brightness of a whole picture squashed to `side × side`, rows top to bottom, 0…255. */
export interface Sketch {
  readonly side: number;
  readonly luma: Uint8Array;
}

/**
 * The fingerprint of a work ("print"): what similarity is computed from. `lowInformation` marks blank or
 * near-uniform media: registered by hash, never matched by look (code zero, no segments).
 */
export interface Print {
  readonly medium: Medium;
  readonly modelDigest: Digest;
  readonly lowInformation: boolean;
  readonly segments: readonly PrintSegment[];
  readonly local: LocalMap | null;
  /** Lets a suspected copy be laid over the work and compared pixel by pixel; pictures only. */
  readonly sketch?: Sketch;
}

/**
 * One leaf of a record's fingerprint and, where it is public, the vector behind its digest. A text has none: what its
 * digests are made of would give the text away.
 */
export interface PrintLeaf extends Segment {
  readonly vector: Vector | null;
}

/** What record and proof need of the print of any medium. Leaf 0 is the whole work; there is always that one. */
export interface LeafPrint {
  readonly medium: Medium;
  readonly modelDigest: Digest;
  readonly lowInformation: boolean;
  readonly leaves: readonly PrintLeaf[];
  /** Of a film with sound: which model made the leaves from `firstLeaf` on; `modelDigest` is that of the others. */
  readonly sound?: { readonly modelDigest: Digest; readonly firstLeaf: number };
}
