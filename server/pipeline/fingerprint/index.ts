export type { Embedder, Embedding, Head } from './embedder.ts';
export { EMBED_SIDE, FEATURE_CELLS, FEATURE_CHANNELS, LOCAL_DIMENSIONS, LOCAL_GRID } from './embedder.ts';
export { fingerprintImage } from './fingerprint-image.ts';
