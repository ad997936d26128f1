export { createBruteForceSearch } from './brute-force-search.ts';
export type { ChangeSource } from './follow-prints.ts';
export { followPrints } from './follow-prints.ts';
export type { VectorIndex, VectorIndexOptions } from './usearch-index.ts';
export { openVectorIndex } from './usearch-index.ts';
