import type { ClaimName, ClaimResult } from './claim-result.ts';

const FILES = ['file', 'suspect-file'] as const;
/** What is asked of the verifier's files, and not of the bundle. */
const OF_FILES: readonly ClaimName[] = [...FILES, 'look', 'suspect-look'];

/** Files that are not the ones of the bundle, and whether all that the bundle itself says is true. */
export interface WrongFiles {
  readonly which: readonly (typeof FILES)[number][];
  readonly restHolds: boolean;
}

/**
 * Tells a false proof from a true one beside another file: not null when the bytes of a file given are the only thing
 * that is false. Whoever mixed up two files must not be told that the proof is wrong.
 */
export function findWrongFiles(claims: readonly ClaimResult[]): WrongFiles | null {
  const failed = claims.filter((claim) => claim.status === 'false').map((claim) => claim.name);
  const which = FILES.filter((name) => failed.includes(name));
  if (which.length === 0 || which.length < failed.length) return null;
  const rest = claims.filter((claim) => !OF_FILES.includes(claim.name));
  return { which, restHolds: rest.every((claim) => claim.status === 'true') };
}
