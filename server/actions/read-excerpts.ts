import type { CheckId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Caller } from './caller.ts';
import type { Deps } from './deps.ts';
import type { Excerpts } from './media/medium-path.ts';
import { storedFile } from './media/stored-file.ts';
import { getCheck } from './read.ts';

/** Stretches shown of one match, and characters shown of one stretch. */
export const EXCERPTS = 20;
export const EXCERPT_CHARACTERS = 2000;

/** A match of a check that the caller may see. Throws `not_found`, `wrong_state` until the check is decided. */
export async function getMatch(
  deps: Pick<Deps, 'checks'>,
  id: CheckId,
  index: number,
  caller: Caller,
): Promise<{ readonly check: Awaited<ReturnType<typeof getCheck>>; readonly match: Match }> {
  const check = await getCheck(deps, id, caller);
  if (!check.verdict) throw new ConflictError('wrong_state', `the check is ${check.state}, not decided`);
  const match = check.verdict.matches[index];
  if (!match) throw new NotFoundError('not_found', `the check has ${check.verdict.matches.length} matches`);
  return { check, match };
}

/**
 * The wording of a match of texts: of the checked file the stretches and what stands around them, of the registered
 * work at most the stretches, and those cut, so that checking is no way to read a work. Throws `not_found` for other
 * media, and what `getMatch` throws.
 */
export async function readExcerpts(
  deps: Pick<Deps, 'checks' | 'media' | 'content'>,
  request: { readonly id: CheckId; readonly index: number; readonly caller: Caller },
): Promise<Excerpts> {
  const { check, match } = await getMatch(deps, request.id, request.index, request.caller);
  const path = deps.media.of(check.medium);
  if (!path.excerpts) throw new NotFoundError('not_found', `a ${check.medium} has no wording`);
  return await path.excerpts(await storedFile(deps, check), match, {
    stretches: EXCERPTS,
    characters: EXCERPT_CHARACTERS,
  });
}
