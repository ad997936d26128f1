import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { JobId, KeyId } from '../domain/ids.ts';
import type { Job, JobEvent, JobKind, JobProgress } from '../domain/job.ts';
import { ConflictError } from '../errors.ts';
import type { Db, Row, Sql } from './db.ts';
import { isoTime, isoTimeOrNull, single, toJson } from './row.ts';

/** A job that a worker holds; `leaseToken` proves it. */
export interface ClaimedJob extends Job {
  readonly leaseToken: string;
  /** How often it was taken up, this time included: more than `failures + 1` means that workers died on it. */
  readonly claims: number;
}

/** A job's end or another try, as a problem. */
export interface JobProblem {
  readonly code: string;
  readonly detail: string;
}

/**
 * The job queue: rows of `jobs` in our own database, so that a job and the change that causes it commit together.
 * A claim is a lease; whoever lost it can no longer report (docs/decisions: why not pg-boss).
 */
export interface JobQueue {
  /** Adds a job inside the caller's transaction. Call `wake` after the commit. */
  enqueue(sql: Sql, job: { id: JobId; kind: JobKind; subjectId: string; keyId: KeyId | null }): Promise<Job>;
  /** Tells the workers of this process to look now rather than at their next poll. */
  wake(): void;
  onWake(listener: () => void): () => void;
  /** Takes the job that is due longest, for `leaseMs`; null when none is due. */
  claim(kinds: readonly JobKind[], leaseMs: number): Promise<ClaimedJob | null>;
  /** Prolongs the lease. Throws `wrong_state` when it was lost. */
  extend(job: ClaimedJob, leaseMs: number): Promise<void>;
  report(job: ClaimedJob, progress: JobProgress): Promise<void>;
  complete(job: ClaimedJob): Promise<void>;
  /** Puts it back, to run in `delayMs`; `counts` = this was a failure, not just too early. */
  retry(job: ClaimedJob, problem: JobProblem, delayMs: number, counts: boolean): Promise<void>;
  /** Ends it for good, inside the caller's transaction. */
  fail(sql: Sql, job: ClaimedJob, problem: JobProblem): Promise<void>;
  /** Tells listeners of this process that a job changed, after the transaction of `fail`. */
  announce(id: JobId): void;
  findJob(id: JobId): Promise<Job | null>;
  findJobOf(subjectId: string): Promise<Job | null>;
  eventsAfter(id: JobId, seq: number): Promise<JobEvent[]>;
  onChange(id: JobId, listener: () => void): () => void;
  /** Jobs whose worker is gone go back to the queue: `all` for the only process of a database, else by lease. */
  recover(options: { all: boolean }): Promise<number>;
  countByState(): Promise<Readonly<Record<string, number>>>;
  /** Forgets jobs that ended more than `days` ago. */
  sweep(days: number): Promise<void>;
}

/** Job queue on a database. */
export function createJobQueue(db: Db): JobQueue {
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  const announce = (id: JobId) => changes.emit(id);
  return {
    enqueue,
    wake: () => changes.emit('wake'),
    onWake: (listener) => subscribe(changes, 'wake', listener),
    onChange: (id, listener) => subscribe(changes, id, listener),
    announce,
    async claim(kinds, leaseMs) {
      const [row] = await db.query(
        `update jobs set state = 'running', claims = claims + 1, lease_token = $2,
           lease_until = now() + make_interval(secs => $3), started_at = coalesce(started_at, now())
         where id = (select id from jobs where state = 'queued' and run_at <= now() and kind = any($1::text[])
                     order by run_at, id for update skip locked limit 1)
         returning *`,
        [kinds, randomUUID(), leaseMs / 1000],
      );
      return row ? toClaimed(row) : null;
    },
    async extend(job, leaseMs) {
      const rows = await db.query(
        `update jobs set lease_until = now() + make_interval(secs => $3)
         where id = $1 and lease_token = $2 and state = 'running' returning id`,
        [job.id, job.leaseToken, leaseMs / 1000],
      );
      requireLease(job, rows);
    },
    async report(job, progress) {
      await db.transaction(async (sql) => {
        const rows = await sql.query(
          `update jobs set progress = $3::jsonb where id = $1 and lease_token = $2 and state = 'running'
           returning id`,
          [job.id, job.leaseToken, toJson(progress)],
        );
        requireLease(job, rows);
        await addEvent(sql, job.id, 'progress', progress);
      });
      announce(job.id);
    },
    async complete(job) {
      await db.transaction((sql) => end(sql, job, 'done', null));
      announce(job.id);
    },
    async retry(job, problem, delayMs, counts) {
      await db.transaction(async (sql) => {
        const rows = await sql.query(
          `update jobs set state = 'queued', failures = failures + $3, problem = $4::jsonb, lease_token = null,
             lease_until = null, run_at = now() + make_interval(secs => $5)
           where id = $1 and lease_token = $2 and state = 'running' returning id`,
          [job.id, job.leaseToken, counts ? 1 : 0, toJson(problem), delayMs / 1000],
        );
        requireLease(job, rows);
        if (counts) await addEvent(sql, job.id, 'retry', { ...problem, inMs: delayMs });
      });
      announce(job.id);
    },
    fail: (sql, job, problem) => end(sql, job, 'failed', problem),
    async findJob(id) {
      const [row] = await db.query('select * from jobs where id = $1', [id]);
      return row ? toJob(row) : null;
    },
    async findJobOf(subjectId) {
      const [row] = await db.query('select * from jobs where subject_id = $1 order by id desc limit 1', [
        subjectId,
      ]);
      return row ? toJob(row) : null;
    },
    async eventsAfter(id, seq) {
      const rows = await db.query(
        'select seq, event, data from job_events where job_id = $1 and seq > $2 order by seq',
        [id, seq],
      );
      return rows as unknown as JobEvent[];
    },
    async recover({ all }) {
      const rows = await db.query(
        `update jobs set state = 'queued', lease_token = null, lease_until = null
         where state = 'running' and ($1 or lease_until < now()) returning id`,
        [all],
      );
      if (rows.length > 0) changes.emit('wake');
      return rows.length;
    },
    async countByState() {
      const rows = await db.query<{ state: string; n: number }>(
        'select state, count(*)::int as n from jobs group by state',
      );
      return Object.fromEntries(rows.map((row) => [row.state, row.n]));
    },
    async sweep(days) {
      await db.query('delete from jobs where ended_at < now() - make_interval(days => $1)', [days]);
    },
  };
}

async function enqueue(
  sql: Sql,
  job: { id: JobId; kind: JobKind; subjectId: string; keyId: KeyId | null },
): Promise<Job> {
  const rows = await sql.query(
    `insert into jobs (id, kind, subject_id, key_id, state) values ($1, $2, $3, $4, 'queued') returning *`,
    [job.id, job.kind, job.subjectId, job.keyId],
  );
  return toJob(single(rows));
}

async function end(
  sql: Sql,
  job: ClaimedJob,
  state: 'done' | 'failed',
  problem: JobProblem | null,
): Promise<void> {
  const rows = await sql.query(
    `update jobs set state = $3, problem = $4::jsonb, lease_token = null, lease_until = null, ended_at = now()
     where id = $1 and lease_token = $2 and state = 'running' returning id`,
    [job.id, job.leaseToken, state, toJson(problem)],
  );
  requireLease(job, rows);
  await addEvent(sql, job.id, 'end', { state, ...(problem ? { problem } : {}) });
}

async function addEvent(sql: Sql, id: JobId, event: string, data: object): Promise<void> {
  await sql.query(
    `insert into job_events (job_id, seq, event, data)
     select $1, coalesce(max(seq), 0) + 1, $2, $3::jsonb from job_events where job_id = $1`,
    [id, event, toJson(data)],
  );
}

function requireLease(job: Job, rows: readonly Row[]): void {
  if (rows.length === 0) throw new ConflictError('wrong_state', `the lease of job ${job.id} was lost`);
}

function subscribe(emitter: EventEmitter, name: string, listener: () => void): () => void {
  emitter.on(name, listener);
  return () => emitter.off(name, listener);
}

function toClaimed(row: Row): ClaimedJob {
  return { ...toJob(row), leaseToken: row['lease_token'] as string, claims: row['claims'] as number };
}

function toJob(row: Row): Job {
  return {
    id: row['id'],
    kind: row['kind'],
    subjectId: row['subject_id'],
    keyId: row['key_id'],
    state: row['state'],
    progress: row['progress'],
    failures: row['failures'],
    problem: row['problem'],
    createdAt: isoTime(row['created_at']),
    startedAt: isoTimeOrNull(row['started_at']),
    endedAt: isoTimeOrNull(row['ended_at']),
  } as Job;
}
