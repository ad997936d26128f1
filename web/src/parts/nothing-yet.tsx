import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Resource } from '../api/use-resource.ts';
import { ProblemCard } from './problem-card.tsx';

/** What stands where a value will be: loading, a problem, or nothing when the value is there. */
export function Pending(props: { of: Resource<unknown> }) {
  const { value, problem, loading, reload } = props.of;
  if (problem !== null)
    return <ProblemCard problem={problem} onRetry={problem.retryable ? reload : undefined} />;
  if (loading && value === null) {
    return (
      <p className="row muted" role="status">
        <Loader size="xs" /> Loading
      </p>
    );
  }
  return null;
}

/** An empty list, with what would fill it. */
export function Empty(props: { children: ReactNode }) {
  return (
    <p className="muted" style={{ padding: '1.5rem 0' }}>
      {props.children}
    </p>
  );
}
