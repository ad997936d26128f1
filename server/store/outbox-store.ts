import type { Digest } from '../domain/digest.ts';
import {
  type Batch,
  lineOf,
  type Operation,
  OUTBOX_STATES,
  type Outbox,
  type OutboxChange,
  type OutboxState,
  operationId,
} from '../pipeline/anchor/index.ts';
import type { Db, Row, Sql } from './db.ts';
import { type BatchRow, type OutboxRow, toBatch, toEntries } from './outbox-rows.ts';

/** The outbox on the database; its tables come with migration 0300. */
export function openOutbox(db: Db): Outbox<Sql> {
  return {
    transaction: (work) => db.transaction(work),
    enqueue,
    async get(id) {
      const rows = await db.query<OutboxRow>('select * from outbox where id = $1', [id]);
      return (await toEntries(db, rows))[0] ?? null;
    },
    async list(states) {
      const rows = await db.query<OutboxRow>(
        'select * from outbox where state = any($1::text[]) order by nonce nulls last, seq',
        [states],
      );
      return await toEntries(db, rows);
    },
    async listDue(now, limit) {
      return await toEntries(db, await db.query<OutboxRow>(DUE, [now, limit]));
    },
    async redirect(sql, from, to) {
      await sql.query('update outbox set depends_on = $2, updated_at = now() where depends_on = $1', [
        from,
        to,
      ]);
    },
    async listPlaced(limit, after) {
      const rows = await db.query<OutboxRow>(
        `select * from outbox where state in ('anchored', 'finalized')
           and ($2::bigint is null or (block_number, id) < ($2::bigint, $3::text))
         order by block_number desc, id desc limit $1`,
        [limit, after?.place?.blockNumber ?? null, after?.id ?? null],
      );
      return await toEntries(db, rows);
    },
    async count() {
      const rows = await db.query<{ state: OutboxState; n: number }>(
        'select state, count(*)::int as n from outbox group by state',
      );
      const counts = Object.fromEntries(OUTBOX_STATES.map((state) => [state, 0])) as Record<
        OutboxState,
        number
      >;
      for (const row of rows) counts[row.state] = row.n;
      return counts;
    },
    update,
    insertBatch,
    async batch(batchId) {
      const [row] = await db.query<BatchRow>('select * from anchor_batches where batch_id = $1', [batchId]);
      return row === undefined ? null : await toBatch(db, row);
    },
    async batchOf(workId, tx) {
      const sql = tx ?? db;
      const [row] = await sql.query<BatchRow>(
        'select b.* from anchor_batches b join anchor_batch_members m using (batch_id) where m.work_id = $1',
        [workId],
      );
      return row === undefined ? null : await toBatch(sql, row);
    },
    async *listBatches() {
      let last = 0;
      for (;;) {
        const rows = await db.query<BatchRow & { seq: number }>(
          'select * from anchor_batches where seq > $1 order by seq limit 20',
          [last],
        );
        if (rows.length === 0) return;
        for (const row of rows) yield await toBatch(db, row);
        last = rows.at(-1)!.seq;
      }
    },
    lease: (holder, ttlMs) => lease(db, holder, ttlMs),
    async release(holder) {
      await db.query('delete from outbox_lease where name = $1 and holder = $2', [LEASE, holder]);
    },
  };
}

const LEASE = 'sender';

/**
 * Of each line its first, of each kind in turn; what builds on something else waits until that stands or failed. One
 * pass over what is queued: joined with itself it would take minutes for ten thousand lines.
 */
const DUE = `
  with waiting as (
    select id, seq, operation->>'kind' as kind, depends_on, next_attempt_at, line,
      row_number() over (partition by line order by line_position, seq) as in_line
    from outbox where state = 'queued'
  ), due as (
    select id, seq, row_number() over (partition by kind order by seq) as turn from waiting w
    where next_attempt_at <= $1 and (line is null or in_line = 1)
      and (w.depends_on is null or exists (
        select 1 from outbox before
        where before.id = w.depends_on and (before.block_hash is not null or before.state = 'failed')))
  ), page as (select id, seq, turn from due order by turn, seq limit $2)
  select o.* from page join outbox o using (id) order by page.turn, page.seq`;

async function enqueue(
  sql: Sql,
  operation: Operation,
  dependsOn?: Digest,
): Promise<{ readonly id: Digest; readonly created: boolean }> {
  const id = operationId(operation);
  const place = lineOf(operation);
  const rows = await sql.query(
    `insert into outbox (id, operation, depends_on, line, line_position, state)
     values ($1, $2::jsonb, $3, $4, $5, 'queued')
     on conflict (id) do update
       set operation = excluded.operation, depends_on = excluded.depends_on, state = 'queued',
           line = excluded.line, line_position = excluded.line_position,
           failures = 0, next_attempt_at = 0, problem = null, updated_at = now()
       where outbox.state = 'failed'
     returning id`,
    [
      id,
      JSON.stringify(operation),
      dependsOn ?? null,
      place?.line ?? null,
      place?.position.toString() ?? null,
    ],
  );
  return { id, created: rows.length > 0 };
}

async function update(sql: Sql, id: Digest, from: OutboxState, change: OutboxChange): Promise<boolean> {
  const values: unknown[] = [id, from];
  const sets = Object.entries(columnsOf(change)).map(
    ([column, value]) => `${column} = $${values.push(value)}`,
  );
  const rows = await sql.query(
    `update outbox set ${[...sets, 'updated_at = now()'].join(', ')} where id = $1 and state = $2 returning id`,
    values,
  );
  if (rows.length === 0) return false;
  if (change.dropAttempts === true) await sql.query('delete from outbox_attempts where outbox_id = $1', [id]);
  const { attempt } = change;
  if (attempt !== undefined) {
    await sql.query(
      `insert into outbox_attempts (hash, outbox_id, nonce, raw, fees, signed_at) values ($1, $2, $3, $4, $5::jsonb, $6)`,
      [attempt.hash, id, attempt.nonce, attempt.raw, JSON.stringify(attempt.fees), Date.now()],
    );
  }
  return true;
}

function columnsOf(change: OutboxChange): Row {
  const columns: Row = {};
  if (change.state !== undefined) columns['state'] = change.state;
  if (change.nonce !== undefined) columns['nonce'] = change.nonce;
  if (change.failures !== undefined) columns['failures'] = change.failures;
  if (change.nextAttemptAt !== undefined) columns['next_attempt_at'] = change.nextAttemptAt;
  if (change.problem !== undefined) columns['problem'] = change.problem && JSON.stringify(change.problem);
  if (change.place !== undefined) {
    columns['transaction_hash'] = change.place?.transactionHash ?? null;
    columns['block_number'] = change.place?.blockNumber ?? null;
    columns['block_hash'] = change.place?.blockHash ?? null;
    columns['block_time'] = change.place?.blockTime ?? null;
    columns['log_index'] = change.place?.logIndex ?? null;
  }
  return columns;
}

async function insertBatch(sql: Sql, batch: Batch): Promise<void> {
  await sql.query('insert into anchor_batches (batch_id, root, size, manifest_cid) values ($1, $2, $3, $4)', [
    batch.batchId,
    batch.root,
    batch.size,
    batch.manifestCid,
  ]);
  await sql.query(
    `insert into anchor_batch_members (batch_id, leaf_index, work_id, record_digest, path)
     select $1, m.index, m."workId", m."recordDigest", m.path
     from jsonb_to_recordset($2::jsonb) as m(index int, "workId" text, "recordDigest" text, path jsonb)`,
    [batch.batchId, JSON.stringify(batch.members)],
  );
}

async function lease(db: Db, holder: string, ttlMs: number): Promise<boolean> {
  // The embedded database belongs to one process, so a lease there is one that a killed process left behind.
  const condition =
    db.kind === 'pglite'
      ? 'true'
      : 'outbox_lease.holder = excluded.holder or outbox_lease.expires_at < now()';
  const rows = await db.query(
    `insert into outbox_lease (name, holder, expires_at) values ($1, $2, now() + $3 * interval '1 millisecond')
     on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
     where ${condition} returning holder`,
    [LEASE, holder, ttlMs],
  );
  return rows.length > 0;
}
