import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { asProblem, headlineOf, nextStep } from '../api/problem.ts';
import { to } from '../router.ts';

/** Says what failed, why, and what to do next. Announced to screen readers. */
export function ProblemCard(props: {
  problem: unknown;
  onRetry?: (() => void) | undefined;
  children?: ReactNode;
}) {
  const problem = asProblem(props.problem);
  const advice = nextStep(problem);
  const place = problem.location?.match(/(works|checks|evidence)\/([a-z]+_[0-9a-z]+)/);
  return (
    <div className="problem" role="alert">
      <p className="problem-title">{headlineOf(problem)}</p>
      <p>{problem.message}</p>
      {advice !== null && <p>{advice}</p>}
      {place && (
        <p>
          <a href={to(place[1]!, place[2]!)}>Open what exists</a>
        </p>
      )}
      {props.children}
      <div className="row small muted">
        {props.onRetry && (
          <Button size="compact-sm" variant="default" onClick={props.onRetry}>
            Try again
          </Button>
        )}
        <span className="mono">{problem.code}</span>
      </div>
    </div>
  );
}

/** A problem kept with a work, a check or a claim, where only code and detail were stored. */
export function StoredProblem(props: {
  title: string;
  problem: { readonly code: string; readonly detail: string };
}) {
  const { code, detail } = props.problem;
  const advice = nextStep({ code, message: detail, retryable: false });
  return (
    <div className="problem">
      <p className="problem-title">{props.title}</p>
      <p>{detail}</p>
      {advice !== null && <p>{advice}</p>}
      <p className="mono small muted">{code}</p>
    </div>
  );
}
