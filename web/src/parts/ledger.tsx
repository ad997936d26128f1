import { Button } from '@mantine/core';
import { type ReactNode, useCallback, useState } from 'react';
import { getJson } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import type { Page } from '../api/types.ts';
import { useResource } from '../api/use-resource.ts';
import { Pending } from './nothing-yet.tsx';
import { ProblemCard } from './problem-card.tsx';

/** A list of the API as a ruled table, page after page. */
export function Ledger<T extends { id: string }>(props: {
  name: string;
  columns: readonly string[];
  row: (item: T) => ReactNode[];
  empty: ReactNode;
}) {
  const { name } = props;
  const load = useCallback(
    async (signal: AbortSignal) => getJson<Page<T>>(`${name}?limit=25`, signal),
    [name],
  );
  const first = useResource(load);
  const [more, setMore] = useState<Page<T> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const items = [...(first.value?.items ?? []), ...(more?.items ?? [])];
  const cursor = more === null ? (first.value?.nextCursor ?? null) : more.nextCursor;
  const showMore = async () => {
    setProblem(null);
    try {
      const next = await getJson<Page<T>>(`${name}?limit=25&cursor=${encodeURIComponent(cursor ?? '')}`);
      setMore({ items: [...(more?.items ?? []), ...next.items], nextCursor: next.nextCursor });
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  if (first.value === null) return <Pending of={first} />;
  if (items.length === 0) return props.empty;
  return (
    <div className="stack">
      <Pending of={first} />
      <table className="ledger">
        <thead>
          <tr>
            {props.columns.map((column, i) => (
              <th key={column} scope="col" className={i === 3 ? 'wide' : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              {props.row(item).map((cell, i) => (
                <td
                  key={props.columns[i]}
                  className={i === 0 ? 'cellmark' : i === 3 ? 'wide muted small' : undefined}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {problem !== null && <ProblemCard problem={problem} onRetry={showMore} />}
      {cursor !== null && (
        <div>
          <Button variant="default" onClick={showMore}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}
