/** What a verdict does not hold for, a sentence a line. */
export function Warnings({ of }: { of: readonly string[] | undefined }) {
  return of?.map((warning) => (
    <p key={warning} role="note" className="tone-unsure">
      {warning}
    </p>
  ));
}
