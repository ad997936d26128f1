/** How one claim of a proof came out, computed in this browser. */
export interface ClaimResult {
  readonly id: string;
  readonly name: string;
  /** `unknown`: nothing speaks against it, but it could not be computed here; the detail says what is missing. */
  readonly state: 'true' | 'false' | 'unknown';
  readonly detail: string;
}

/** The outcome of all claims: one false claim makes the proof false, one open claim leaves it open. */
export function overall(claims: readonly ClaimResult[]): ClaimResult['state'] {
  if (claims.some((claim) => claim.state === 'false')) return 'false';
  return claims.length > 0 && claims.every((claim) => claim.state === 'true') ? 'true' : 'unknown';
}
