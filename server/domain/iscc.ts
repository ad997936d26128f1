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
