import type { WorkId } from '../domain/ids.ts';
import type { Work } from '../domain/work.ts';
import type { Deps, OnCommit } from './deps.ts';

/** What a person decided about a work that looks like another. */
export interface Review {
  readonly workId: WorkId;
  readonly decision: 'accept' | 'reject';
  readonly note: string;
}

/** Ends a review: `decided`, so that the owner can sign, or `rejected`. Throws `not_found`, `wrong_state`. */
export async function reviewWork(
  deps: Pick<Deps, 'db' | 'works' | 'media'>,
  review: Review,
  onCommit: OnCommit<Work>,
): Promise<Work> {
  return await deps.db.transaction(async (sql) => {
    const accepted = review.decision === 'accept';
    const problem = accepted ? null : { code: 'copy_of_registered_work', detail: review.note };
    const to = accepted ? 'decided' : 'rejected';
    const work = await deps.works.moveWork(sql, review.workId, ['in_review'], to, { problem });
    if (!accepted) await deps.media.of(work.medium).removePrint(sql, review.workId);
    await onCommit(sql, work);
    return work;
  });
}
