import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Deps } from '../../../server/actions/deps.ts';
import { createMediaPaths } from '../../../server/actions/media/media-paths.ts';
import { NotYet } from '../../../server/actions/not-yet.ts';
import { followJob, waitForJob } from '../../../server/actions/wait-for-job.ts';
import { type JobId, type KeyId, newId } from '../../../server/domain/ids.ts';
import { JOB_KINDS, type JobEvent, type JobKind } from '../../../server/domain/job.ts';
import { InputError, UpstreamError } from '../../../server/errors.ts';
import { type JobHandler, requireComplete } from '../../../server/jobs/handlers.ts';
import { nextStep } from '../../../server/jobs/retry-policy.ts';
import { createWorker } from '../../../server/jobs/worker.ts';
import { createCheckStore } from '../../../server/store/check-store.ts';
import type { Db } from '../../../server/store/db.ts';
import { createEvidenceStore } from '../../../server/store/evidence-store.ts';
import { createJobQueue, type JobQueue } from '../../../server/store/job-queue.ts';
import { createPrintStore } from '../../../server/store/print-store.ts';
import { createWorkStore } from '../../../server/store/work-store.ts';
import { openTestDb, type TestDb } from '../../helpers/open-test-db.ts';
import { insertKey, sampleWork } from '../../helpers/sample-rows.ts';

let test_: TestDb;
let db: Db;
let jobs: JobQueue;
let keyId: KeyId;
let deps: Pick<Deps, 'db' | 'jobs' | 'works' | 'checks' | 'evidence' | 'media'>;

before(async () => {
  test_ = await openTestDb();
  db = test_.db;
  jobs = createJobQueue(db);
  keyId = await insertKey(db);
  const prints = createPrintStore(db);
  deps = {
    db,
    jobs,
    works: createWorkStore(db),
    checks: createCheckStore(db),
    evidence: createEvidenceStore(db),
    media: createMediaPaths([{ medium: 'image', removePrint: prints.removePrint } as never]),
  };
});
after(() => test_.remove());

async function enqueue(kind: JobKind = 'process-work', subjectId = 'none'): Promise<JobId> {
  const id = newId('job');
  await db.transaction((sql) => jobs.enqueue(sql, { id, kind, subjectId, keyId }));
  jobs.wake();
  return id;
}

/** Runs a worker with one handler for all kinds while `during` runs. */
async function withWorker<T>(
  handler: JobHandler,
  during: () => Promise<T>,
  concurrency = 2,
  pollMs = 50,
): Promise<T> {
  const handlers = Object.fromEntries(JOB_KINDS.map((kind) => [kind, handler])) as Record<
    JobKind,
    JobHandler
  >;
  const worker = createWorker({ deps, handlers, concurrency, pollMs });
  worker.start();
  try {
    return await during();
  } finally {
    await worker.stop();
  }
}

describe('the worker', () => {
  test('runs a job once, with its stages as events', async () => {
    let runs = 0;
    const job = await withWorker(
      async (_job, report) => {
        runs++;
        await report('one', 0, 2);
        await report('two', 1, 2);
      },
      async () => waitForJob(deps, await enqueue(), 10_000),
    );
    assert.equal(job.state, 'done');
    assert.equal(runs, 1);
    const events = await jobs.eventsAfter(job.id, 0);
    assert.deepEqual(
      events.map(({ seq, event }) => [seq, event]),
      [
        [1, 'progress'],
        [2, 'progress'],
        [3, 'end'],
      ],
    );
    assert.deepEqual(events[2]?.data, { state: 'done' });
  });

  test('starts a job at once, not at the next poll', async () => {
    await withWorker(
      async () => {},
      async () => {
        await waitForJob(deps, await enqueue(), 30_000);
        const since = performance.now();
        await waitForJob(deps, await enqueue(), 30_000);
        assert.ok(performance.now() - since < 10_000, 'it waited for a poll');
      },
      2,
      20_000,
    );
  });

  test('tries again what may pass, and says so', async () => {
    let runs = 0;
    const job = await withWorker(
      async () => {
        if (++runs === 1) throw new UpstreamError('chain_unavailable', 'not now');
      },
      async () => waitForJob(deps, await enqueue(), 10_000),
    );
    assert.equal(job.state, 'done');
    assert.equal(job.failures, 1);
    assert.deepEqual(
      (await jobs.eventsAfter(job.id, 0)).map((event) => event.event),
      ['retry', 'end'],
    );
  });

  test('waits without counting failures', async () => {
    let runs = 0;
    const job = await withWorker(
      async () => {
        if (++runs < 4) throw new NotYet('later', 10);
      },
      async () => waitForJob(deps, await enqueue(), 10_000),
    );
    assert.deepEqual([job.state, job.failures, runs], ['done', 0, 4]);
  });

  test('gives up what will not pass, and writes it into the work', async () => {
    const work = await deps.works.insertWork(db, await sampleWork(db, keyId, 'given up'));
    assert.ok(work);
    const job = await withWorker(
      async () => {
        throw new InputError('corrupt_media', 'broken');
      },
      async () => waitForJob(deps, await enqueue('process-work', work.id), 10_000),
    );
    assert.equal(job.state, 'failed');
    assert.deepEqual(job.problem, { code: 'corrupt_media', detail: 'broken' });
    const after = await deps.works.findWork(work.id);
    assert.equal(after?.state, 'rejected');
    assert.equal(after?.problem?.code, 'corrupt_media');
  });

  test('runs no more at once than it may', async () => {
    let now = 0;
    let most = 0;
    await withWorker(
      async () => {
        most = Math.max(most, ++now);
        await new Promise((done) => setTimeout(done, 40));
        now--;
      },
      async () => {
        const ids = await Promise.all(Array.from({ length: 9 }, () => enqueue()));
        for (const id of ids) await waitForJob(deps, id, 10_000);
      },
      3,
    );
    assert.equal(most, 3);
  });
});

describe('a lease', () => {
  test('of a dead worker runs out, the job comes back, and the late worker changes nothing', async () => {
    const id = await enqueue();
    const dead = await jobs.claim(['process-work'], 1);
    assert.equal(dead?.id, id);
    assert.equal(await jobs.claim(['process-work'], 1000), null, 'a job is held by one');
    await new Promise((done) => setTimeout(done, 20));
    assert.equal(await jobs.recover({ all: false }), 1);
    const next = await jobs.claim(['process-work'], 60_000);
    assert.equal(next?.id, id);
    assert.equal(next.claims, 2);
    await assert.rejects(jobs.complete(dead), /lease/);
    await assert.rejects(jobs.report(dead, { stage: 'x', done: 0, total: 1 }), /lease/);
    await assert.rejects(jobs.extend(dead, 1000), /lease/);
    assert.equal(await jobs.recover({ all: false }), 0, 'a living lease stays');
    await jobs.complete(next);
    assert.equal((await jobs.findJob(id))?.state, 'done');
  });
});

describe('following a job', () => {
  test('gives events as they come and ends with it', async () => {
    const id = await enqueue();
    const seen: JobEvent[] = [];
    const reading = (async () => {
      for await (const event of followJob(deps, id, 0, AbortSignal.timeout(10_000))) seen.push(event);
    })();
    await withWorker(
      async (_job, report) => {
        await report('a', 0, 1);
      },
      () => reading,
    );
    assert.deepEqual(
      seen.map((event) => event.event),
      ['progress', 'end'],
    );
    const rest: number[] = [];
    for await (const { seq } of followJob(deps, id, 1, AbortSignal.timeout(5000))) rest.push(seq);
    assert.deepEqual(rest, [2]);
  });

  test('stops when told', async () => {
    const id = newId('job');
    await db.transaction((sql) => jobs.enqueue(sql, { id, kind: 'file-evidence', subjectId: 'x', keyId }));
    const since = performance.now();
    for await (const _event of followJob(deps, id, 0, AbortSignal.timeout(100)))
      assert.fail('nothing happens to it');
    assert.ok(performance.now() - since < 900);
    assert.equal((await waitForJob(deps, id, 100)).state, 'queued');
    await db.query('delete from jobs where id = $1', [id]);
  });
});

describe('the policy of retries', () => {
  test('pauses double up to a minute and end after twelve tries', () => {
    const error = new UpstreamError('database_unavailable', 'x');
    const delays = Array.from({ length: 11 }, (_, failures) => {
      const step = nextStep(error, { failures });
      assert.equal(step.kind, 'retry');
      return step.kind === 'retry' ? step.delayMs : 0;
    });
    for (const [i, delay] of delays.entries()) {
      const base = Math.min(500 * 2 ** i, 60_000);
      assert.ok(delay >= base * 0.8 && delay <= base * 1.2);
    }
    assert.equal(nextStep(error, { failures: 11 }).kind, 'give-up');
  });
  test('unforeseen errors get three tries and tell nothing', () => {
    const error = new TypeError('x of undefined');
    assert.equal(nextStep(error, { failures: 1 }).kind, 'retry');
    const last = nextStep(error, { failures: 2 });
    assert.equal(last.kind, 'give-up');
    assert.ok(!last.problem.detail.includes('undefined'));
  });
  test('what is final is final at once', () => {
    assert.equal(nextStep(new InputError('corrupt_media', 'x'), { failures: 0 }).kind, 'give-up');
  });
});

test('a worker with a kind of job unhandled, or a handler too many, does not start', () => {
  const handler: JobHandler = async () => {};
  const all = Object.fromEntries(JOB_KINDS.map((kind) => [kind, handler]));
  requireComplete(all);
  const { 'process-check': _gone, ...less } = all;
  assert.throws(() => requireComplete(less), /process-check/);
  assert.throws(() => requireComplete({ ...all, 'make-coffee': handler }), /make-coffee/);
});
