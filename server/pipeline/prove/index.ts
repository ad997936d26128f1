export type { ClaimName, ClaimResult, ClaimStatus } from './claim-result.ts';
export { CLAIM_NAMES, overallStatus } from './claim-result.ts';
export type { ProofBundle } from './proof-bundle.ts';
export { BUNDLE_NOTE, parseBundle, proofBundleSchema } from './proof-bundle.ts';
export { verifyBundle } from './verify-bundle.ts';
export type { CodeCheck, Fingerprinter, ProofFile, VerifyOptions } from './verify-options.ts';
export { findWrongFiles, type WrongFiles } from './wrong-files.ts';
