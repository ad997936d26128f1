import type { ProblemCode } from '../../errors.ts';
import type { ChainPlace } from './chain-reader.ts';
import { lineOf } from './operation.ts';
import type { OutboxEntry } from './outbox.ts';

/** What to do next with an operation. `requeue` gives its nonce up; `rollBack` also takes its anchor back. */
export type Step =
  | { readonly do: 'wait'; readonly reason: string }
  | { readonly do: 'anchor'; readonly place: ChainPlace }
  | { readonly do: 'finalize' }
  | { readonly do: 'send' }
  | { readonly do: 'resend' }
  | { readonly do: 'bump' }
  | { readonly do: 'requeue'; readonly reason: string }
  | { readonly do: 'rollBack'; readonly reason: string }
  | { readonly do: 'fail' | 'replace'; readonly code: ProblemCode; readonly detail: string };

/** What is known of an operation that was not sent, or not to our knowledge. */
export interface QueuedFacts {
  /** Where its effect stands already, whoever sent it. */
  readonly standing: ChainPlace | null;
  /** The operation it depends on; null when there is none. */
  readonly dependency: OutboxEntry | null;
  /** The nonce that the contract takes next from the one who signed; null where no signature has a nonce. */
  readonly signerNonce: bigint | null;
  /** Another operation of its line is on its way to the chain. */
  readonly lineMoves: boolean;
}

/** So many looks at a gap in front of an operation, about a quarter of a minute, before the gap is believed. */
const GAP_LOOKS = 5;

/**
 * The end of an operation that cannot be done: a registration with a standing consent goes another way, everything
 * else has failed.
 */
export function failOrReplace(entry: OutboxEntry, code: ProblemCode, detail: string): Step {
  const { operation } = entry;
  const replace = operation.kind === 'register-for' && operation.standing !== null;
  return { do: replace ? 'replace' : 'fail', code, detail };
}

/** Whether an operation comes after others that are on their way. Cheap: it is asked before the chain is. */
export function mustWaitInLine(entry: OutboxEntry, facts: Omit<QueuedFacts, 'standing'>): boolean {
  const { dependency } = facts;
  if (dependency !== null && dependency.state !== 'failed' && dependency.place === null) return true;
  return facts.lineMoves && isAhead(entry, facts.signerNonce);
}

/**
 * Decides for a queued operation whose turn it is. Nothing is sent before the chain was asked.
 *
 * A nonce that is ahead although nothing of its line is under way has a gap in front of it: the operation of the
 * missing nonce failed. The chain may only have forgotten a block, so the gap is looked at some times before.
 */
export function stepQueued(entry: OutboxEntry, facts: QueuedFacts): Step {
  if (facts.standing !== null) return { do: 'anchor', place: facts.standing };
  const { dependency, signerNonce } = facts;
  if (dependency?.state === 'failed') {
    const detail = `what it builds on failed (${dependency.operation.kind})`;
    return { do: 'fail', code: 'chain_rejected', detail };
  }
  const signed = lineOf(entry.operation)?.position ?? null;
  if (signed !== null && signerNonce !== null && signed < signerNonce) {
    const detail = `nonce ${signed} was used; the next is ${signerNonce}`;
    return failOrReplace(entry, 'signature_replayed', detail);
  }
  if (isAhead(entry, signerNonce)) {
    const reason = `nonce ${signerNonce} is missing before ${signed}`;
    if (entry.failures < GAP_LOOKS) return { do: 'wait', reason };
    return failOrReplace(entry, 'chain_rejected', reason);
  }
  return { do: 'send' };
}

function isAhead(entry: OutboxEntry, signerNonce: bigint | null): boolean {
  const signed = lineOf(entry.operation)?.position ?? null;
  return signed !== null && signerNonce !== null && signed > signerNonce;
}

/** What the chain says of an operation that was sent. */
export interface SubmittedFacts {
  readonly standing: ChainPlace | null;
  /** One of its transactions is in a block and failed. */
  readonly reverted: boolean;
  /** Count of our transactions in blocks. */
  readonly minedNonce: number;
  /** The nonce that continues without a gap from what is mined and submitted before it. */
  readonly contiguousNonce: number;
  /** The node has its newest transaction. */
  readonly known: boolean;
  /** Unix milliseconds. */
  readonly now: number;
  readonly bumpAfterMs: number;
}

/** Twenty times 11 % more is eight times the first price; then the chain is ill, not our fee too low. */
const MAX_ATTEMPTS = 20;

/** Decides for a submitted operation. */
export function stepSubmitted(entry: OutboxEntry, facts: SubmittedFacts): Step {
  if (facts.standing !== null) return { do: 'anchor', place: facts.standing };
  if (facts.reverted) return { do: 'requeue', reason: 'its transaction failed in a block' };
  const nonce = entry.nonce ?? -1;
  if (nonce < facts.minedNonce)
    return { do: 'requeue', reason: `nonce ${nonce} went to another transaction` };
  // Behind a gap nothing is ever mined. It opens when a chain forgets transactions that it had.
  if (nonce !== facts.contiguousNonce)
    return { do: 'requeue', reason: `nonce ${facts.contiguousNonce} is missing before ${nonce}` };
  const waited = facts.now - (entry.submittedAt ?? 0);
  if (waited > facts.bumpAfterMs && entry.attempts.length < MAX_ATTEMPTS) return { do: 'bump' };
  return facts.known ? { do: 'wait', reason: 'it is not in a block yet' } : { do: 'resend' };
}

/** What the chain says of an operation that stood in a block. */
export interface PlacedFacts {
  /** Hash of the block that stands at its number now; null where there is none. */
  readonly hashAtPlace: string | null;
  /** Looked up only when that is another block: where it stands now. */
  readonly standing: ChainPlace | null;
  /** Number of the last final block; null where nothing is final. */
  readonly finalizedNumber: number | null;
}

/** Decides for an anchored or finalized operation. */
export function stepPlaced(entry: OutboxEntry, facts: PlacedFacts): Step {
  const { place } = entry;
  if (place === null) return { do: 'rollBack', reason: 'its place is not known' };
  if (facts.hashAtPlace !== place.blockHash) {
    if (facts.standing !== null) return { do: 'anchor', place: facts.standing };
    const now = facts.hashAtPlace === null ? 'is gone' : 'was replaced';
    return { do: 'rollBack', reason: `block ${place.blockNumber} (${place.blockHash.slice(0, 10)}…) ${now}` };
  }
  const final = facts.finalizedNumber !== null && facts.finalizedNumber >= place.blockNumber;
  return entry.state === 'anchored' && final ? { do: 'finalize' } : { do: 'wait', reason: 'it stands' };
}

const LONGEST_PAUSE_MS = 60_000;

/** Pause before try number `failures` + 1: half a second, doubled each time, a minute at most. */
export function retryPauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(failures, 10));
}
