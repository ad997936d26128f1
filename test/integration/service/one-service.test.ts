/** One service a database: a second one would take jobs whose files it does not have. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import pg from 'pg';
import { lockServer } from '../../../server/store/server-lock.ts';
import { startTestApp } from '../../helpers/start-app.ts';
import { createTestDatabase } from '../../helpers/test-database.ts';

const onServer = process.env['DATABASE_URL_TEST'] !== undefined;

test('a second service on the same data folder is told that it is locked', async () => {
  const first = await startTestApp();
  try {
    await assert.rejects(startTestApp({ dataFolder: first.dataFolder }), { code: 'database_locked' });
    assert.equal((await first.admin.get('/v1/me')).status, 200, 'the first goes on');
  } finally {
    await first.remove();
  }
});

describe('services on one PostgreSQL database', { skip: !onServer && 'needs a server' }, () => {
  const shared = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'colophon-shared-'));
    const database = await createTestDatabase(folder);
    if (database === null) throw new Error('DATABASE_URL_TEST is not set');
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    return {
      url: database.url,
      query: (text: string) => client.query(text),
      async remove() {
        await client.end();
        await database.drop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
  const END_HOLDER = `select pg_terminate_backend(pid) from pg_stat_activity
                      where datname = current_database() and application_name = 'colophon lock'`;

  test('a second one, with a folder of its own, is refused until the first has ended', async () => {
    const database = await shared();
    const env = { DATABASE_URL: database.url };
    const first = await startTestApp({ env });
    try {
      await assert.rejects(startTestApp({ env }), { code: 'database_locked' });
      // Its connection breaks: it takes the lock again before anybody else does.
      await database.query(END_HOLDER);
      const held = async () =>
        (
          await database.query(
            "select 1 from pg_locks where locktype = 'advisory' and granted and objid = 7700200",
          )
        ).rowCount === 1;
      const end = Date.now() + 60_000;
      while (!(await held()) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      assert.ok(await held());
      await assert.rejects(startTestApp({ env }), { code: 'database_locked' });
      assert.equal((await first.admin.get('/v1/me')).status, 200);
      await first.stop();
      const second = await startTestApp({ env, adminKey: first.adminKey });
      assert.equal((await second.admin.get('/v1/me')).status, 200);
      await second.remove();
    } finally {
      await first.remove();
      await database.remove();
    }
  });

  test('whoever lost it to another is told', async () => {
    const database = await shared();
    const successor = new pg.Client({ connectionString: database.url });
    await successor.connect();
    let unlock = async () => {};
    try {
      const lost = new Promise<string>((resolve, reject) => {
        lockServer(database.url, (error) => resolve(error.code), { regainMs: 300 }).then((held) => {
          unlock = held;
          // In line before the holder's end, so that it has the lock at that very moment.
          const waiting = successor.query('select pg_advisory_lock(7700200)');
          waiting.then(() => undefined, reject);
          const end = async () => {
            const line =
              "select 1 from pg_locks where locktype = 'advisory' and not granted and objid = 7700200";
            while ((await database.query(line)).rowCount === 0) {
              await new Promise((again) => setTimeout(again, 20));
            }
            await database.query(END_HOLDER);
          };
          end().catch(reject);
        }, reject);
      });
      assert.equal(await lost, 'database_locked');
    } finally {
      await unlock();
      await successor.end();
      await database.remove();
    }
  });
});
