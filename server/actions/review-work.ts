import { newId, type WorkId } from '../domain/ids.ts';
import type { Work } from '../domain/work.ts';
import type { Sql } from '../store/db.ts';
import type { Deps, OnCommit } from './deps.ts';
import { NotYet } from './not-yet.ts';
import { withdrawPassed } from './unsigned-works.ts';

/** What a person decided about a work that looks like another. */
export interface Review {
  readonly workId: WorkId;
  readonly decision: 'accept' | 'reject';
  readonly note: string;
}

type Needs = Pick<Deps, 'db' | 'works' | 'media' | 'jobs'>;

/**
 * Ends a review: `decided`, so that the owner can sign, or `rejected`. With an acceptance the unsigned works that did not
 * stand against this one are withdrawn. When one of them was signed since, the person did not know of it: then the work is
 * judged again (`fingerprinted`). Throws `not_found`, `wrong_state`.
 */
export async function reviewWork(deps: Needs, review: Review, onCommit: OnCommit<Work>): Promise<Work> {
  const end = review.decision === 'accept' ? accept : reject;
  const run = (step: typeof end) =>
    deps.db.transaction(async (sql) => {
      const work = await step(deps, sql, review);
      await onCommit(sql, work);
      return work;
    });
  try {
    return await run(end);
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    const work = await run(judgeAgain);
    deps.jobs.wake();
    return work;
  }
}

async function accept(deps: Needs, sql: Sql, { workId }: Review): Promise<Work> {
  // Its own row is locked first, as `reject` does: two decisions at one moment would wait for each other for ever. Those
  // that make way go before it moves, for one of them may have its bytes.
  await withdrawPassed(deps, sql, await deps.works.lockPassed(sql, workId));
  return await deps.works.moveWork(sql, workId, ['in_review'], 'decided', { problem: null });
}

async function reject(deps: Needs, sql: Sql, { workId, note }: Review): Promise<Work> {
  const problem = { code: 'copy_of_registered_work', detail: note };
  const work = await deps.works.moveWork(sql, workId, ['in_review'], 'rejected', { problem });
  await deps.media.of(work.medium).removePrint(sql, workId);
  return work;
}

async function judgeAgain(deps: Needs, sql: Sql, { workId }: Review): Promise<Work> {
  const work = await deps.works.moveWork(sql, workId, ['in_review'], 'fingerprinted', { problem: null });
  const job = { id: newId('job'), kind: 'process-work', subjectId: workId, keyId: work.keyId } as const;
  await deps.jobs.enqueue(sql, job);
  return work;
}
