/** Vectors of training pictures that no user registered: what "similar by chance" looks like. */
export interface Background {
  readonly count: number;
  /** `count` × 256 int8 components, row-major. */
  readonly vectors: Int8Array;
}
