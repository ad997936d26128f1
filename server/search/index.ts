export { createBruteForceSearch } from './brute-force-search.ts';
export type { VectorIndex, VectorIndexOptions } from './usearch-index.ts';
export { openVectorIndex } from './usearch-index.ts';
