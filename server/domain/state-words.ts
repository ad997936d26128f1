/**
 * The states of works, evidence and checks as people are told of them, in the console and on the command line
 * (docs/glossary.md). The API has the identifiers.
 */
export const STATE_WORDS = {
  received: 'Received',
  fingerprinted: 'Fingerprinted',
  decided: 'Awaiting signature',
  in_review: 'In review',
  rejected: 'Not registered',
  recorded: 'Recorded',
  submitted: 'Submitted to the chain',
  anchored: 'Anchored',
  failed: 'Failed',
} as const;

/** The words for a state; one that is not known stays as it is. */
export function describeState(state: string): string {
  return (STATE_WORDS as Readonly<Record<string, string>>)[state] ?? state;
}

/**
 * Whether a block is final, as people are told everywhere: what the node says that was asked last. The service's is asked
 * whenever the chain goes on, a verifier's when the bundle is verified.
 */
export function describeFinality(isFinal: boolean): string {
  return isFinal ? 'final' : 'not final yet';
}
