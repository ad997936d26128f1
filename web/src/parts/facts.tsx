import type { ReactNode } from 'react';

/** A ledger of facts: name in the margin, value on the line. Null values are left out. */
export function Facts(props: {
  of: readonly (readonly [name: string, value: ReactNode, note?: string] | null)[];
}) {
  return (
    <dl className="facts">
      {props.of
        .filter((fact) => fact !== null && fact[1] !== null && fact[1] !== undefined)
        .map((fact) => (
          <div key={fact![0]}>
            <dt>{fact![0]}</dt>
            <dd>
              {fact![1]}
              {fact![2] !== undefined && <span className="note">{fact![2]}</span>}
            </dd>
          </div>
        ))}
    </dl>
  );
}
