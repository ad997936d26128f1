/** Signing many works one after the other. Kept outside React: leaving the page must not stop it. */
import type { Address } from '../../../server/domain/records/index.ts';
import { getJson } from '../api/client.ts';
import { localFiles } from '../api/local-files.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import type { Page, Work } from '../api/types.ts';
import { createStore } from '../store.ts';
import { handIn, requestToSign } from './check-request.ts';

/** One round of signing. */
export interface SigningRound {
  /** Counts the rounds of this visit. */
  readonly id: number;
  readonly total: number;
  /** Works that were signed or failed. */
  readonly done: number;
  readonly failures: readonly { readonly work: Work; readonly problem: Problem }[];
  readonly isRunning: boolean;
}

/** The round that runs, or the last one. */
export const signingRound = createStore<SigningRound | null>(null);

/** Rises when a round has ended: whoever shows works reads them again. */
export const roundsEnded = createStore(0);

/** After these no other work fares better. */
const FATAL = new Set(['offline', 'missing_key', 'unknown_key', 'forbidden', 'key_locked']);
const PAGES = 5;

/** The works that wait for a signature, as far as this API key sees them; a thousand at most. */
export async function findUnsigned(signal: AbortSignal): Promise<Work[]> {
  const found: Work[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, nextCursor } = await getJson<Page<Work>>(`works?state=decided&limit=200${after}`, signal);
    found.push(...items);
    cursor = nextCursor;
    if (cursor === null) break;
  }
  return found;
}

/**
 * Signs the works whose files are at hand with the owner's key, each after the same checks as a single one. A failure is
 * kept with its work and stops the others only where they would fail as well.
 */
export async function signAll(works: readonly Work[], owner: Address): Promise<void> {
  const before = signingRound.get();
  if (before?.isRunning) return;
  const id = (before?.id ?? 0) + 1;
  signingRound.set({ id, total: works.length, done: 0, failures: [], isRunning: true });
  for (const work of works) {
    const problem = await signOnce(work, owner);
    const now = signingRound.get();
    // It was stopped meanwhile, and the next one may run already.
    if (now?.id !== id) break;
    const failures = problem === null ? now.failures : [...now.failures, { work, problem }];
    const goesOn = now.isRunning && !(problem !== null && FATAL.has(problem.code));
    signingRound.set({ ...now, done: now.done + 1, failures, isRunning: goesOn });
    if (!goesOn) break;
  }
  if (signingRound.get()?.id === id) stopSigning();
  roundsEnded.set(roundsEnded.get() + 1);
}

/** Lets the round end after the work that is being signed. */
export function stopSigning(): void {
  const now = signingRound.get();
  if (now !== null) signingRound.set({ ...now, isRunning: false });
}

/** Works that are being signed, by id: a round that was stopped may have one in hand when the next begins with it. */
const inHand = new Map<string, Promise<Problem | null>>();

function signOnce(work: Work, owner: Address): Promise<Problem | null> {
  const begun = inHand.get(work.id) ?? signOne(work, owner).finally(() => inHand.delete(work.id));
  inHand.set(work.id, begun);
  return begun;
}

async function signOne(work: Work, owner: Address): Promise<Problem | null> {
  try {
    const file = localFiles.get().get(work.contentHash);
    if (file === undefined) throw new Error('Its file is not at hand.');
    await handIn(work.id, await requestToSign(work.id, file, owner));
    return null;
  } catch (error) {
    return asProblem(error);
  }
}
