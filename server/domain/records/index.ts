/** The TypeScript mirror of the contracts' digests. */
export * from './batch-checkpoint.ts';
export * from './check-signing-request.ts';
export * from './evidence-claim.ts';
export * from './merkle.ts';
export * from './owner-keystore.ts';
export * from './segment.ts';
export * from './typed-data.ts';
export * from './words.ts';
export * from './work-record.ts';
