import type { WorkId } from './ids.ts';

/** The kinds of ISCC unit (ISO 24138) that are computed here, in the order in which an ISCC-CODE holds them. */
export const ISCC_UNIT_TYPES = ['meta', 'text', 'image', 'audio', 'video', 'data', 'instance'] as const;
export type IsccUnitType = (typeof ISCC_UNIT_TYPES)[number];

/** An ISCC as people write it: `ISCC:` and base 32. */
export type Iscc = `ISCC:${string}`;

/** One unit: what is similar if this is similar. Meta: title; data: bytes; instance: the file itself; else content. */
export interface IsccUnit {
  readonly type: IsccUnitType;
  /** 8…32 bytes, a multiple of 4; the first bytes of a longer body are the shorter one. */
  readonly body: Uint8Array;
}

/** The ISCC of a work. */
export interface WorkIscc {
  /** The ISCC-CODE: 64 bits of every unit under one header. */
  readonly code: Iscc;
  /** Each unit with all its 256 bits. */
  readonly units: readonly IsccUnit[];
}

/** A work whose units are near those that were asked for. */
export interface IsccNeighbour {
  readonly workId: WorkId;
  /** The units that are near, the most similar first. */
  readonly units: readonly IsccUnitSimilarity[];
}

/** How near a unit is. */
export interface IsccUnitSimilarity {
  readonly type: IsccUnitType;
  /** Bits that were compared. */
  readonly bits: number;
  /** Bits that agree ÷ bits compared: 1 = same; unrelated units stand around 0.5. */
  readonly similarity: number;
}
