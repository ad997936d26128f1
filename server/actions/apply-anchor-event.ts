import type { WorkId } from '../domain/ids.ts';
import type { Anchor, Work, WorkState } from '../domain/work.ts';
import type { AnchorEvent, AnchorListener } from '../pipeline/anchor/index.ts';
import type { Sql } from '../store/db.ts';
import type { Deps } from './deps.ts';

type Needs = Pick<Deps, 'works' | 'evidence'>;

/**
 * Writes what the chain says into the rows of works and evidence, in the outbox's transaction. Events may repeat and
 * each states the whole truth, so a row that is there already stays as it is.
 */
export function createAnchorListener(deps: Needs): AnchorListener<Sql> {
  return {
    async onAnchorEvent(sql, event) {
      if (event.subject.kind === 'works') {
        for (const { workId, anchor } of event.subject.works)
          await applyToWork(deps, sql, event, workId, anchor);
      }
      if (event.subject.kind === 'evidence')
        await applyToEvidence(deps, sql, event, event.subject.evidenceId);
    },
  };
}

async function applyToWork(
  deps: Needs,
  sql: Sql,
  event: AnchorEvent,
  workId: WorkId,
  anchor: Anchor | null,
): Promise<void> {
  const work = await deps.works.findWork(workId, sql);
  // A work that never was signed is none of the chain's business: the event is for a row we do not have (any more).
  if (!work || !ON_THE_WAY.includes(work.state)) return;
  if (event.type === 'replaced') {
    await deps.works.moveToBatchLane(sql, workId, event.problem);
  } else if (event.type === 'failed') {
    await moveBack(deps, sql, work, event.problem);
  } else if (event.type === 'rolledBack') {
    await moveBack(deps, sql, work, null);
  } else if (event.type === 'submitted') {
    if (work.state !== 'anchored')
      await deps.works.moveWork(sql, workId, ['recorded', 'submitted'], 'submitted');
  } else {
    await deps.works.moveWork(sql, workId, ON_THE_WAY, 'anchored', { anchor, problem: null });
  }
}

const ON_THE_WAY: readonly WorkState[] = ['recorded', 'submitted', 'anchored'];

async function moveBack(deps: Needs, sql: Sql, work: Work, problem: Work['problem']): Promise<void> {
  if (work.state === 'recorded') {
    if (problem) await deps.works.noteProblem(sql, work.id, problem);
    return;
  }
  await deps.works.moveWork(sql, work.id, ['submitted', 'anchored'], 'recorded', { anchor: null, problem });
}

async function applyToEvidence(
  deps: Needs,
  sql: Sql,
  event: AnchorEvent,
  id: `evidence_${string}`,
): Promise<void> {
  const evidence = await deps.evidence.findEvidence(id, sql);
  if (!evidence || evidence.state === 'failed') return;
  if (event.type === 'submitted') {
    if (evidence.state === 'anchored') return;
    const { transactionHash } = event;
    await deps.evidence.moveEvidence(sql, id, ['recorded', 'submitted'], 'submitted', { transactionHash });
  } else if (event.type === 'anchored' || event.type === 'finalized') {
    const { transactionHash, blockNumber, blockTime } = event.place;
    const finalized = event.type === 'finalized';
    const changes = { transactionHash, blockNumber, blockTime, finalized, problem: null };
    await deps.evidence.moveEvidence(sql, id, ['recorded', 'submitted', 'anchored'], 'anchored', changes);
  } else if (event.type === 'rolledBack') {
    if (evidence.state === 'recorded') return;
    const gone = { transactionHash: null, blockNumber: null, blockTime: null, finalized: false };
    await deps.evidence.moveEvidence(sql, id, ['submitted', 'anchored'], 'recorded', gone);
  } else if (event.type === 'failed' && evidence.state !== 'anchored') {
    await deps.evidence.moveEvidence(sql, id, ['recorded', 'submitted'], 'failed', {
      problem: event.problem,
    });
  }
}
