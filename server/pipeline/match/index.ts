export type { Background } from './background.ts';
export type { Calibration } from './calibration.ts';
export type { MatchDependencies, MatchOptions, MatchQuery, PrintSource } from './match-print.ts';
export { matchPrint } from './match-print.ts';
export type { IndexEntry, Neighbour, VectorSearch } from './vector-search.ts';
