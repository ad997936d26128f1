import type { Work } from './work.ts';

/** How long a work may stay without its owner's signature, in milliseconds from the decision on. */
export interface UnsignedTerms {
  /** So long it stands against newcomers with the same or alike content. */
  readonly holdMs: number;
  /** After that it is withdrawn. */
  readonly expireMs: number;
}

/** Until when an unsigned work stands against newcomers, and when it is withdrawn, Unix milliseconds. */
export function unsignedWait(
  { updatedAt }: Pick<Work, 'updatedAt'>,
  { holdMs, expireMs }: UnsignedTerms,
): { readonly heldUntil: number; readonly withdrawnAt: number } {
  const decidedAt = Date.parse(updatedAt);
  return { heldUntil: decidedAt + holdMs, withdrawnAt: decidedAt + expireMs };
}

/**
 * What the owner of a work that waits for its signature has to know, at `now` (Unix milliseconds); `tell` words a point in
 * time. The hold is told as the most there is: content that the same key left unsigned before has none.
 */
export function describeUnsignedWait(
  work: Pick<Work, 'updatedAt'>,
  terms: UnsignedTerms,
  now: number,
  tell: (at: number) => string,
): string {
  const { heldUntil, withdrawnAt } = unsignedWait(work, terms);
  const hold =
    now < heldUntil
      ? `Sign it by ${tell(heldUntil)}: after that it makes way for anybody else who registers the same content or a copy of it.`
      : `Sign it soon: it makes way for anybody else who registers the same content or a copy of it, since ${tell(heldUntil)}.`;
  return `${hold} If it is not signed by ${tell(withdrawnAt)}, it is withdrawn.`;
}

/** The terms themselves, of a work that may have to wait for a signature later. */
export function describeUnsignedTerms({ holdMs, expireMs }: UnsignedTerms): string {
  return `Once it is accepted it waits for its owner’s signature: after ${duration(holdMs)} it makes way for anybody else who registers the same content or a copy of it, and after ${duration(expireMs)} it is withdrawn.`;
}

function duration(ms: number): string {
  const minutes = ms / 60_000;
  const [value, unit] = minutes < 120 ? [minutes, 'minute'] : [minutes / 60, 'hour'];
  const told = Number(value.toPrecision(3));
  return `${told} ${unit}${told === 1 ? '' : 's'}`;
}
