import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ColophonError } from '../../../server/errors.ts';
import { lockDirectory } from '../../../server/store/directory-lock.ts';
import { migrate, splitStatements } from '../../../server/store/migrate.ts';
import { openPgliteDb } from '../../../server/store/pglite-db.ts';
import { putFreshDatabase } from '../../helpers/fresh-database.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-migrate-'));
});
after(() => rm(folder, { recursive: true, force: true }));

describe('splitting statements', () => {
  test('semicolons in quotes, dollars and comments end nothing', () => {
    const text = `-- a; b
      create table a (x text default 'it''s; fine'); /* c; d */
      create function f() returns int as $body$ begin; return 1; end $body$ language plpgsql;
      insert into "odd;name" values (1)
      ; -- the end;`;
    const statements = splitStatements(text);
    assert.equal(statements.length, 3);
    assert.match(statements[1] ?? '', /return 1; end/);
  });
  test('nothing but comments is nothing', () => {
    assert.deepEqual(splitStatements('-- only\n/* this */ ;;'), []);
  });
});

describe('migrations', () => {
  test('run once, in order; an edited one is refused; a failing one leaves nothing', async () => {
    const migrations = await mkdtemp(join(folder, 'm-'));
    const put = (name: string, text: string) => writeFile(join(migrations, name), text);
    await putFreshDatabase(join(folder, 'db'));
    const db = await openPgliteDb(join(folder, 'db'));
    try {
      await put('0002-b.sql', 'insert into a values (2);');
      await put('0001-a.sql', 'create table a (x int); insert into a values (1);');
      await put('notes.txt', 'not a migration');
      assert.deepEqual(await migrate(db, migrations), ['0001-a.sql', '0002-b.sql']);
      assert.deepEqual(await migrate(db, migrations), []);
      await put('0003-c.sql', 'insert into a values (3); insert into missing values (1);');
      await assert.rejects(migrate(db, migrations), /missing/);
      assert.deepEqual(await db.query('select x from a order by x'), [{ x: 1 }, { x: 2 }]);
      await put('0003-c.sql', 'insert into a values (3);');
      assert.deepEqual(await migrate(db, migrations), ['0003-c.sql']);
      await put('0001-a.sql', 'create table a (x bigint);');
      await assert.rejects(migrate(db, migrations), /0001-a\.sql was edited/);
    } finally {
      await db.close();
    }
  });
});

describe('the lock of a folder', () => {
  test('keeps another process out, says who holds it, and is gone after kill -9', async () => {
    const directory = join(folder, 'locked');
    // What `lockDirectory` gives is thrown away: the garbage collector, which load may wake, must not free the lock.
    const script = `import { lockDirectory } from ${JSON.stringify(join(ROOT, 'server/store/directory-lock.ts'))};
      lockDirectory(process.argv[1]);
      for (let i = 0; i < 3; i++) { await new Promise((done) => setTimeout(done, 20)); gc(); }
      console.log('held'); setInterval(() => {}, 1000);`;
    const flags = ['--expose-gc', '--input-type=module-typescript', '-e', script, directory];
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<string>((done) => {
      child.once('exit', (code, signal) => done(`it ended with ${code ?? signal}`));
    });
    try {
      const held = new Promise<string>((done) => child.stdout.once('data', (chunk) => done(String(chunk))));
      assert.equal((await Promise.race([held, ended])).trim(), 'held');
      assert.throws(
        () => lockDirectory(directory),
        (error) =>
          error instanceof ColophonError &&
          error.code === 'database_locked' &&
          error.message.includes(`pid ${child.pid}`),
      );
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    lockDirectory(directory)();
    lockDirectory(directory)();
  });

  test('a folder that cannot be made is a matter of configuration', async () => {
    await writeFile(join(folder, 'file'), '');
    assert.throws(
      () => lockDirectory(join(folder, 'file', 'below')),
      (error) => error instanceof ColophonError && error.code === 'config_invalid',
    );
  });
});

test('rows that PGlite acknowledged survive kill -9', async () => {
  const directory = join(folder, 'durable');
  await putFreshDatabase(directory);
  const script = `import { openPgliteDb } from ${JSON.stringify(join(ROOT, 'server/store/pglite-db.ts'))};
    const db = await openPgliteDb(process.argv[1]);
    await db.query('create table if not exists n (i int)');
    for (let i = 0; ; i++) { await db.query('insert into n values ($1)', [i]); process.stdout.write(i + '\\n'); }`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  let text = '';
  const written = new Promise<void>((done) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
      if (text.split('\n').length > 300) done();
    });
  });
  try {
    await Promise.race([written, ended]);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  assert.ok(text.split('\n').length > 300, 'it ended before it was killed');
  const acknowledged = text.split('\n').slice(0, -1).length;
  const db = await openPgliteDb(directory);
  const [row] = await db.query<{ n: number; m: number }>('select count(*)::int as n, max(i) as m from n');
  await db.close();
  assert.ok(Number(row?.n) >= acknowledged, `${row?.n} of ${acknowledged} rows are there`);
  assert.equal(row?.n, Number(row?.m) + 1, 'there is a hole');
});
