/** The outcome of all claims in a headline and a sentence. */
import { type ClaimResult, findWrongFiles, overallStatus } from '../../../server/pipeline/prove/index.ts';

/** What the seal says. */
export interface OutcomeWords {
  readonly title: string;
  readonly text: string;
}

/** A false proof is told from a true one beside another file. */
export function describeOutcome(claims: readonly ClaimResult[]): OutcomeWords {
  const count = (status: ClaimResult['status']) => claims.filter((claim) => claim.status === status).length;
  switch (overallStatus(claims)) {
    case 'true':
      return {
        title: 'The proof holds',
        text: `All ${claims.length} claims were computed in this browser, and are true.`,
      };
    case 'unknown':
      return {
        title: 'Nothing failed, but not everything was checked',
        text: `${count('true')} of ${claims.length} claims hold; ${count('unknown')} could not be computed here, each for the reason given.`,
      };
    case 'false':
      return (
        describeWrongFiles(claims) ?? {
          title: 'The proof is false',
          text: `${count('false')} of ${claims.length} claims failed. What builds on a false claim is left open.`,
        }
      );
  }
}

function describeWrongFiles(claims: readonly ClaimResult[]): OutcomeWords | null {
  const wrong = findWrongFiles(claims);
  if (wrong === null) return null;
  const title =
    wrong.which.length > 1
      ? 'Neither file is the one that the proof speaks of'
      : wrong.which[0] === 'file'
        ? 'This is not the registered file'
        : 'This is not the file that was accused';
  const text = wrong.restHolds
    ? 'The proof itself holds. What it says of the look of a file is left open without that file.'
    : 'Nothing else failed, but not everything that the proof says was checked.';
  return { title, text };
}

/** False claims first, then the others, each in the order they are told. */
export function failedFirst(claims: readonly ClaimResult[]): readonly ClaimResult[] {
  return claims.toSorted((a, b) => Number(b.status === 'false') - Number(a.status === 'false'));
}
