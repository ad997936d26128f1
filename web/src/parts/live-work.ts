import { useCallback } from 'react';
import { getJson } from '../api/client.ts';
import type { Check, Evidence, Work } from '../api/types.ts';
import { type Resource, useResource } from '../api/use-resource.ts';

/** The service may wrap a resource in its name or give it bare; both are read. */
export function unwrap<T extends object>(name: string, answer: object): T {
  return (name in answer ? (answer as Record<string, T>)[name] : answer) as T;
}

const isWorkMoving = (work: Work) =>
  ['received', 'fingerprinted', 'recorded', 'submitted'].includes(work.state);
const isCheckMoving = (check: Check) => check.state === 'received';
const isEvidenceMoving = (evidence: Evidence) => ['recorded', 'submitted'].includes(evidence.state);

/** A work, read again while it moves through its states. */
export function useWork(id: string): Resource<Work> {
  const load = useCallback(
    async (signal: AbortSignal) => unwrap<Work>('work', await getJson<object>(`works/${id}`, signal)),
    [id],
  );
  return useResource(load, { isMoving: isWorkMoving });
}

/** A check, read again until it is decided. */
export function useCheck(id: string): Resource<Check> {
  const load = useCallback(
    async (signal: AbortSignal) => unwrap<Check>('check', await getJson<object>(`checks/${id}`, signal)),
    [id],
  );
  return useResource(load, { isMoving: isCheckMoving, everyMs: 1000 });
}

/** A claim, read again until it is anchored. */
export function useEvidence(id: string): Resource<Evidence> {
  const load = useCallback(
    async (signal: AbortSignal) =>
      unwrap<Evidence>('evidence', await getJson<object>(`evidence/${id}`, signal)),
    [id],
  );
  return useResource(load, { isMoving: isEvidenceMoving });
}
