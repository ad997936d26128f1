import type { KeyId, WorkId } from '../domain/ids.ts';
import type { Match, Policy } from '../domain/match.ts';
import { unsignedWait } from '../domain/unsigned-wait.ts';
import { isSigned, type Work } from '../domain/work.ts';
import { outcomeOf } from '../pipeline/decide/index.ts';
import type { Sql } from '../store/db.ts';
import { type Caller, seesEverything } from './caller.ts';
import type { Deps } from './deps.ts';
import { NotYet } from './not-yet.ts';

// A work counts as registered once its owner signed it. Until then it is the uploader's alone: others do not see it, and
// it stands against them only for a while, so that nobody can hold content that they never sign.

/** Whether the caller may see a work: everybody a signed one; an unsigned one its uploader, auditors and admins. */
export function canSee(work: Pick<Work, 'state' | 'keyId'>, caller: Caller): boolean {
  return isSigned(work) || work.keyId === caller.keyId || seesEverything(caller);
}

/** Until when an unsigned work stands against newcomers, Unix milliseconds. */
export function heldUntil(
  { unsigned }: Pick<Deps, 'unsigned'>,
  work: Pick<Work, 'state' | 'updatedAt'>,
): number {
  return work.state === 'decided' ? unsignedWait(work, unsigned).heldUntil : Number.POSITIVE_INFINITY;
}

type Needs = Pick<Deps, 'works' | 'media' | 'unsigned' | 'now'>;

/**
 * Whether a work with the same content makes way for an upload of another key or owner: it was left unsigned for too
 * long, or its key did so with this content before.
 */
export async function makesWay(
  deps: Needs,
  work: Pick<Work, 'state' | 'updatedAt' | 'keyId' | 'owner' | 'contentHash'>,
  newcomer: { readonly keyId: string; readonly owner: string },
): Promise<boolean> {
  if (work.state !== 'decided') return false;
  if (work.keyId === newcomer.keyId && work.owner === newcomer.owner) return false;
  return heldUntil(deps, work) < deps.now() || (await deps.works.leftUnsigned(work.contentHash, work.keyId));
}

/** Withdraws those of the works that are still unsigned, with their prints, in the caller's transaction. */
export async function withdrawUnsigned(
  deps: Pick<Deps, 'works' | 'media'>,
  sql: Sql,
  ids: readonly WorkId[],
  detail: string,
): Promise<number> {
  const withdrawn = await deps.works.withdrawUnsigned(sql, ids, { code: 'not_signed', detail });
  // Stores of prints have a lock each: taken in one order, whatever the works are.
  for (const path of deps.media.all) {
    for (const { id, medium } of withdrawn) if (medium === path.medium) await path.removePrint(sql, id);
  }
  return withdrawn.length;
}

/**
 * The copied works of other owners that were left unsigned for too long, and the one with the same bytes that makes way.
 * They do not stand against the newcomer, and are withdrawn with `withdrawPassed` when it is taken, by a person's decision
 * where it goes to review: only so can one of the two be signed.
 */
export async function findPassed(
  deps: Needs,
  work: Work,
  policy: Policy,
  matches: readonly Match[],
): Promise<WorkId[]> {
  const standings = await deps.works.findStandings(matches.map((match) => match.workId));
  const passed: WorkId[] = [];
  for (const match of matches) {
    const other = standings.get(match.workId);
    if (other === undefined) continue;
    const copied = other.owner !== work.owner && outcomeOf(match, policy) === 'copy';
    const makesRoom =
      other.contentHash === work.contentHash
        ? await makesWay(deps, other, work)
        : copied && heldUntil(deps, other) < deps.now();
    if (makesRoom) passed.push(match.workId);
  }
  return passed;
}

/**
 * Withdraws what `findPassed` gave, in the transaction that takes the newcomer. Throws `NotYet` when one of them was signed
 * since: then the newcomer has to be judged again.
 */
export async function withdrawPassed(
  deps: Pick<Deps, 'works' | 'media'>,
  sql: Sql,
  passed: readonly WorkId[],
): Promise<void> {
  if (passed.length === 0) return;
  const detail = 'another owner registered what it copies, or a copy of it';
  if ((await withdrawUnsigned(deps, sql, passed, detail)) === passed.length) return;
  if (await deps.works.anySigned(sql, passed))
    throw new NotYet('a work that looks alike was signed since it was passed over');
}

/**
 * The matches that a check of this key is told of: with signed works, and with its own on their way. Works that were
 * turned away since their print was indexed protect nothing, and unsigned ones of others are not registered.
 */
export async function protectedMatches(
  deps: Pick<Deps, 'works'>,
  keyId: KeyId,
  matches: readonly Match[],
): Promise<Match[]> {
  const standings = await deps.works.findStandings(matches.map((match) => match.workId));
  return matches.filter(({ workId }) => {
    const work = standings.get(workId);
    if (work === undefined || work.state === 'rejected') return false;
    return isSigned(work) || work.keyId === keyId;
  });
}

const SWEEP_PAGE = 100;

/** Withdraws every work that was not signed in time. Gives how many. */
export async function sweepUnsigned(deps: Needs & Pick<Deps, 'db'>): Promise<number> {
  const hours = deps.unsigned.expireMs / 3_600_000;
  let withdrawn = 0;
  for (;;) {
    const ids = await deps.works.findUnsigned(deps.now() - deps.unsigned.expireMs, SWEEP_PAGE);
    if (ids.length === 0) return withdrawn;
    const detail = `it was not signed within ${Number(hours.toPrecision(3))} hours`;
    withdrawn += await deps.db.transaction((sql) => withdrawUnsigned(deps, sql, ids, detail));
  }
}
