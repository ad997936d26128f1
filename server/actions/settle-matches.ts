import type { WorkId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Work } from '../domain/work.ts';
import type { WorkStanding } from '../store/work-store.ts';
import type { Deps } from './deps.ts';
import { NotYet } from './not-yet.ts';

// Then the worker is given to another job: the earlier work's own job may be waiting for one.
const PATIENCE_MS = 2_000;
const POLL_MS = 40;

/**
 * Of two copies in flight, the one whose print was committed first is the original. So matches with prints that came
 * later and are undecided are dropped (they will see this one), matches with earlier ones wait until those are
 * decided, and rejected works count for nothing.
 *
 * Throws `NotYet` when an earlier work stays undecided for two seconds.
 */
export async function settleMatches(
  deps: Pick<Deps, 'works' | 'now'>,
  work: Work,
  matches: readonly Match[],
): Promise<Match[]> {
  if (matches.length === 0) return [];
  const until = deps.now() + PATIENCE_MS;
  const ids = [...new Set([work.id, ...matches.map((match) => match.workId)])];
  for (;;) {
    const standings = await deps.works.findStandings(ids);
    const mine = standings.get(work.id);
    const undecided = matches.some((match) => mine && standsBefore(standings.get(match.workId), mine));
    if (!undecided) return matches.filter((match) => counts(standings, match.workId));
    if (deps.now() > until) {
      throw new NotYet('an earlier work that looks alike is still being decided');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function standsBefore(other: WorkStanding | undefined, mine: WorkStanding): boolean {
  if (other?.state !== 'fingerprinted' || other.printPosition === null) return false;
  return other.printPosition < (mine.printPosition ?? 0);
}

function counts(standings: ReadonlyMap<WorkId, WorkStanding>, id: WorkId): boolean {
  const state = standings.get(id)?.state;
  return state !== undefined && state !== 'received' && state !== 'fingerprinted' && state !== 'rejected';
}
