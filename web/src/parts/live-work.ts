import { useCallback } from 'react';
import { getJson } from '../api/client.ts';
import type { Check, Evidence, Work } from '../api/types.ts';
import { type Resource, useResource } from '../api/use-resource.ts';
import { roundsEnded } from '../keys/sign-all.ts';
import { useStore } from '../store.ts';

const isWorkMoving = (work: Work) =>
  ['received', 'fingerprinted', 'recorded', 'submitted'].includes(work.state);
const isCheckMoving = (check: Check) => check.state === 'received';
const isEvidenceMoving = (evidence: Evidence) => ['recorded', 'submitted'].includes(evidence.state);

/** A work, read again while it moves through its states. */
export function useWork(id: string): Resource<Work> {
  const ended = useStore(roundsEnded);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it may have been signed with others.
  const load = useCallback(async (signal: AbortSignal) => getJson<Work>(`works/${id}`, signal), [id, ended]);
  return useResource(load, { isMoving: isWorkMoving });
}

/** A check, read again until it is decided. */
export function useCheck(id: string): Resource<Check> {
  const load = useCallback(async (signal: AbortSignal) => getJson<Check>(`checks/${id}`, signal), [id]);
  return useResource(load, { isMoving: isCheckMoving, everyMs: 1000 });
}

/** A claim, read again until it is anchored. */
export function useEvidence(id: string): Resource<Evidence> {
  const load = useCallback(async (signal: AbortSignal) => getJson<Evidence>(`evidence/${id}`, signal), [id]);
  return useResource(load, { isMoving: isEvidenceMoving });
}
