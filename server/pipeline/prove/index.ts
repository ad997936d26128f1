export type { ProofBundle } from './proof-bundle.ts';
