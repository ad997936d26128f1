import type { Digest } from '../domain/digest.ts';
import type { BatchId, WorkId } from '../domain/ids.ts';
import type { WorkRecord } from '../domain/records/index.ts';
import type { OwnerConsent, Work } from '../domain/work.ts';
import { InternalError } from '../errors.ts';
import type { BatchCandidate } from '../pipeline/anchor/index.ts';
import type { Sql } from './db.ts';
import { toJson } from './row.ts';

/** The work store's part about the two ways to the chain: nonces of the record lane, batches of the batch lane. */
export interface WorkLanes {
  /**
   * The highest nonce of this owner's consents that wait for the chain (record lane); null without one. Holds a lock
   * on the owner to the end of the transaction, so that two signatures cannot take one nonce.
   */
  lockHighestNonce(sql: Sql, owner: string): Promise<bigint | null>;
  /** Up to `limit` works of lane `batch` in state `recorded` without a batch, oldest first, locked. */
  takeRecorded(sql: Sql, limit: number): Promise<BatchCandidate[]>;
  /** Writes the batch into the rows of its works. */
  assignBatch(sql: Sql, batchId: BatchId, workIds: readonly WorkId[]): Promise<void>;
  /**
   * Lets a work whose own registration failed for good go with the next batch, under its standing consent, to be
   * promoted from there: it is `recorded` again. `internal` when there is no such consent.
   */
  moveToBatchLane(sql: Sql, id: WorkId, problem: NonNullable<Work['problem']>): Promise<void>;
}

/** That part; it needs nothing but the caller's transaction. */
export const WORK_LANES: WorkLanes = {
  async lockHighestNonce(sql, owner) {
    await sql.query('select pg_advisory_xact_lock(hashtext($1))', [`nonce ${owner}`]);
    // A problem on such a work says that its registration failed for good: its nonce will never be used.
    const [row] = await sql.query<{ nonce: string | null }>(
      `select max((consent->>'nonce')::numeric)::text as nonce from works
       where owner = $1 and lane = 'record' and state in ('recorded', 'submitted') and problem is null`,
      [owner],
    );
    return row?.nonce == null ? null : BigInt(row.nonce);
  },
  async takeRecorded(sql, limit) {
    const rows = await sql.query<CandidateRow>(
      `select id, record_digest, promote, record, consent from works
       where state = 'recorded' and lane = 'batch' and batch_id is null order by id limit $1 for update`,
      [limit],
    );
    return rows.map(({ id, record_digest, promote, record, consent }) => ({
      workId: id,
      recordDigest: record_digest,
      promotion: promote ? { record, signature: consent.signature } : null,
    }));
  },
  async assignBatch(sql, batchId, workIds) {
    await sql.query('update works set batch_id = $1, updated_at = now() where id = any($2::text[])', [
      batchId,
      workIds,
    ]);
  },
  async moveToBatchLane(sql, id, problem) {
    const rows = await sql.query(
      `update works set lane = 'batch', promote = true, state = 'recorded', anchor = null, problem = $2::jsonb,
         consent = jsonb_build_object('signature', consent->'standing', 'deadline', consent->'deadline',
                                      'nonce', null, 'standing', null),
         updated_at = now()
       where id = $1 and lane = 'record' and state in ('recorded', 'submitted', 'anchored')
         and consent->>'standing' is not null returning id`,
      [id, toJson(problem)],
    );
    if (rows.length === 0) throw new InternalError('internal', `${id} cannot go with a batch`);
  },
};

interface CandidateRow extends Record<string, unknown> {
  readonly id: WorkId;
  readonly record_digest: Digest;
  readonly promote: boolean;
  readonly record: WorkRecord;
  readonly consent: OwnerConsent;
}
