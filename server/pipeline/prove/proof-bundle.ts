/** Replaced within the hour by the zod schema of proof bundle v1. */
export interface ProofBundle {
  readonly type: 'colophon.proof';
  readonly version: 1;
  readonly kind: 'work' | 'evidence';
}
