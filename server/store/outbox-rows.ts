import type { Digest } from '../domain/digest.ts';
import type { BatchId, WorkId } from '../domain/ids.ts';
import type {
  Batch,
  BatchMember,
  Fees,
  Operation,
  OutboxEntry,
  OutboxState,
  SignedTransaction,
} from '../pipeline/anchor/index.ts';
import type { Row, Sql } from './db.ts';

/** Columns of `outbox`. */
export interface OutboxRow extends Row {
  readonly id: Digest;
  readonly operation: Operation;
  readonly depends_on: Digest | null;
  readonly state: OutboxState;
  readonly nonce: number | null;
  readonly transaction_hash: Digest | null;
  readonly block_number: number | null;
  readonly block_hash: Digest | null;
  readonly block_time: number | null;
  readonly log_index: number | null;
  readonly failures: number;
  readonly next_attempt_at: number;
  readonly problem: OutboxEntry['problem'];
}

interface AttemptRow extends Row {
  readonly outbox_id: Digest;
  readonly hash: Digest;
  readonly raw: `0x${string}`;
  readonly nonce: number;
  readonly fees: Fees;
  readonly signed_at: number;
}

/** Rows with their attempts, in the order of the rows. */
export async function toEntries(sql: Sql, rows: readonly OutboxRow[]): Promise<OutboxEntry[]> {
  const attempts = new Map<Digest, AttemptRow[]>();
  if (rows.some((row) => row.state === 'submitted')) {
    const found = await sql.query<AttemptRow>(
      'select * from outbox_attempts where outbox_id = any($1::text[]) order by seq',
      [rows.map((row) => row.id)],
    );
    for (const row of found) attempts.set(row.outbox_id, [...(attempts.get(row.outbox_id) ?? []), row]);
  }
  return rows.map((row) => toEntry(row, attempts.get(row.id) ?? []));
}

function toEntry(row: OutboxRow, attempts: readonly AttemptRow[]): OutboxEntry {
  return {
    id: row.id,
    operation: row.operation,
    state: row.state,
    dependsOn: row.depends_on,
    nonce: row.nonce,
    attempts: attempts.map(({ hash, raw, nonce, fees }): SignedTransaction => ({ hash, raw, nonce, fees })),
    place:
      row.block_hash === null
        ? null
        : {
            transactionHash: row.transaction_hash!,
            blockNumber: row.block_number!,
            blockHash: row.block_hash,
            blockTime: row.block_time!,
            logIndex: row.log_index!,
          },
    failures: row.failures,
    nextAttemptAt: row.next_attempt_at,
    submittedAt: attempts.at(-1)?.signed_at ?? null,
    problem: row.problem,
  };
}

/** Columns of `anchor_batches`. */
export interface BatchRow extends Row {
  readonly batch_id: BatchId;
  readonly root: Digest;
  readonly size: number;
  readonly manifest_cid: string;
}

interface MemberRow extends Row {
  readonly work_id: WorkId;
  readonly record_digest: Digest;
  readonly leaf_index: number;
  readonly path: Digest[];
}

/** A batch with its members in the order of the leaves. */
export async function toBatch(sql: Sql, row: BatchRow): Promise<Batch> {
  const members = await sql.query<MemberRow>(
    'select work_id, record_digest, leaf_index, path from anchor_batch_members where batch_id = $1 order by leaf_index',
    [row.batch_id],
  );
  return {
    batchId: row.batch_id,
    root: row.root,
    size: row.size,
    manifestCid: row.manifest_cid,
    members: members.map(
      (member): BatchMember => ({
        workId: member.work_id,
        recordDigest: member.record_digest,
        index: member.leaf_index,
        path: member.path,
      }),
    ),
  };
}
