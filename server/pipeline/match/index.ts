export type { Background } from './background.ts';
export { chanceSimilarity, cosine, makeBackground } from './background.ts';
export type { Calibration, MatchFeatures } from './calibration.ts';
export { calibratedProbability, UNCALIBRATED } from './calibration.ts';
export { hammingDistance } from './code-distance.ts';
export type { MatchDependencies, PrintSource } from './match-dependencies.ts';
export type { MatchOptions, MatchQuery } from './match-print.ts';
export { matchPrint } from './match-print.ts';
export type { IndexEntry, LongWorkSearch, Neighbour, VectorSearch } from './vector-search.ts';
